"""`policy-stack train`: a short run, its continuation, and what is refused."""

from __future__ import annotations

import pytest
import torch
from command_line import policy_stack

from policy_nodes.commands.refusals import Refusal
from policy_nodes.commands.train import train
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.policies.loading import golden_run
from policy_nodes.training.train_height import read_log

SMALL = {'device': 'cpu', 'worlds': 4, 'pool': 7, 'seed': 3, 'steps': 256}


def test_a_run_is_gone_on_with_and_ends_in_a_checkpoint_that_passes_its_check(tmp_path):
    out = tmp_path / 'run'
    train('height', out, **SMALL, until=0.5)
    assert [row['steps'] for row in read_log(out / 'log.jsonl')] == [128]
    options = [word for name, value in SMALL.items() for word in (f'--{name}', value)]
    ran = policy_stack('train', 'height', '--out', out, *options)
    assert ran.status == 0, ran
    assert 'checkpoint ' in ran.out
    assert [row['steps'] for row in read_log(out / 'log.jsonl')] == [128, 256]
    assert (out / 'training.png').is_file()
    written = Checkpoint.open(out / 'height_arena')
    assert written.contract.trained.steps == 256
    assert first_difference(written.golden(), golden_run(written)) is None
    with pytest.raises(Refusal, match='holds a run of height_arena'):
        train('height_indoor', out)


def test_an_unknown_recipe_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(
        Refusal, match="unknown recipe 'hight'; known: height_arena, height_indoor"
    ):
        train('hight', tmp_path / 'run')
    assert not (tmp_path / 'run').exists()


@pytest.mark.parametrize(
    ('changes', 'said'),
    [
        ({'device': 'tpu'}, "no device 'tpu'; known: auto, cpu, cuda"),
        ({'stage': 'third'}, 'known: first, second'),
        ({'stage': 'second'}, '--initial'),
        ({'initial': 'height_arenna'}, 'height_arena'),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused_before_anything_is_written(
    tmp_path, changes, said
):
    with pytest.raises((Refusal, ContractError), match=said):
        train('height', tmp_path / 'run', **changes)
    assert not (tmp_path / 'run').exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason='this machine has a CUDA device')
def test_a_device_that_is_absent_is_refused(tmp_path):
    with pytest.raises(Refusal, match='sees no CUDA device'):
        train('height', tmp_path / 'run', device='cuda')


@pytest.mark.parametrize('content', [b'', b'garbage', None])
def test_a_damaged_state_is_refused_by_its_path(tmp_path, content):
    state = tmp_path / 'state.pt'
    if content is None:
        torch.save({'network': {}}, state)
    else:
        state.write_bytes(content)
    with pytest.raises(Refusal, match=r'state\.pt is no state of a training run'):
        train('height', tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / 'run').write_text('')
    with pytest.raises(Refusal, match='is no folder'):
        train('height', tmp_path / 'run')
