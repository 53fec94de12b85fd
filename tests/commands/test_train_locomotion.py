"""`policy-stack train` of legs: a short run ends in a checkpoint, and what is refused."""

from __future__ import annotations

import pytest

from policy_nodes.commands.refusals import Refusal
from policy_nodes.commands.train import train
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.policies.loading import golden_run

SMALL = {'device': 'cpu', 'worlds': 8, 'steps': 320, 'seed': 3}


def test_a_run_is_gone_on_with_and_ends_in_a_checkpoint_that_passes_its_check(tmp_path):
    train('barkour_slope', tmp_path, **SMALL, until=0.5)
    train('barkour_slope', tmp_path, **SMALL)
    written = Checkpoint.open(tmp_path / 'barkour_slope')
    assert written.contract.trained.steps == 320
    assert first_difference(written.golden(), golden_run(written)) is None
    with pytest.raises(Refusal, match='holds a run of barkour_slope'):
        train('barkour_walk', tmp_path, **SMALL)
    train('barkour_jump', tmp_path / 'jump', **SMALL, initial=str(tmp_path / 'barkour_slope'))
    assert (tmp_path / 'jump' / 'barkour_jump').is_dir()


@pytest.mark.parametrize(
    ('recipe', 'given', 'words'),
    [
        ('barkour_run', {}, "unknown recipe 'barkour_run'; known of legs: barkour_walk"),
        ('barkour_walk', {'pool': 3}, '--pool means nothing'),
        ('barkour_walk', {'batch': 3}, '--batch means nothing'),
        ('barkour_walk', {'engine': 'steam'}, 'no engine'),
        ('barkour_mlp', {'worlds': 3}, '--worlds means nothing'),
        ('height_arena', {'engine': 'cpu'}, '--engine means nothing'),
    ],
)
def test_what_means_nothing_is_refused(recipe, given, words, tmp_path):
    with pytest.raises(Refusal, match=words):
        train(recipe, tmp_path, device='cpu', **given)


def test_a_student_without_its_teachers_is_refused(tmp_path):
    with pytest.raises(Refusal, match='no specialist'):
        train('barkour_transformer', tmp_path / 'run', device='cpu', data=tmp_path)
