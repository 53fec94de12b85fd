"""Authors' files: what is read, by a strict map, and what is refused without being run."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from sam2act_inputs import tiny_config

from policy_nodes.contract.errors import ContractError
from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.policies.sam2act_import import drop_copies, import_sam2act

PATCH = 'mvt1.patchify.conv2d.weight'


def published_tiny():
    """Tiny sizes with all the names that the authors' file has."""
    config = tiny_config()
    return replace(config, sam2=replace(config.sam2, published=True))


@pytest.fixture(scope='module')
def state():
    torch.manual_seed(0)
    ours = Sam2Act(published_tiny()).state_dict()
    shared = {name: value for name, value in ours.items() if name.startswith('sam2.')}
    copies = {f'{mvt}.{name}': value for mvt in ('mvt1', 'mvt2') for name, value in shared.items()}
    return ours | copies


def write(state, path):
    if path.suffix == '.safetensors':
        save_file({name: value.clone() for name, value in state.items()}, path)
    else:
        torch.save({'epoch': 89, 'model_state': state, 'optimizer_state': {'lr': 0.1}}, path)
    return path


@pytest.mark.parametrize('kind', ['.pth', '.safetensors'])
@pytest.mark.parametrize('memory', [True, False])
def test_an_authors_file_comes_through_unchanged_without_its_copies(tmp_path, state, kind, memory):
    path = write(state, tmp_path / f'model_89{kind}')
    network = import_sam2act(path, memory, published_tiny())
    assert network.config.memory == memory
    assert not network.training
    kept = network.state_dict()
    assert len(kept) < len(state)
    for name, value in kept.items():
        assert torch.equal(value, state[name]), name


def test_the_names_of_the_published_file_are_those_of_the_network(shared_data):
    with np.load(shared_data('golden', 'sam2act_full_a.npz')) as golden:
        names = [str(key).split(' ', 1)[0] for key in golden['keys']]
    shared = [name for name in names if name.startswith('sam2.')]
    whole = names + [f'{mvt}.{name}' for mvt in ('mvt1', 'mvt2') for name in shared]
    assert len(whole) == 2462
    kept = drop_copies({name: torch.zeros(1) for name in whole})
    with torch.device('meta'):
        assert kept.keys() == Sam2Act().state_dict().keys()


def test_as_many_steps_are_remembered_as_the_file_has_codes_of_age(tmp_path, state):
    ages = {name: value[:2] for name, value in state.items() if 'maskmem_tpos_enc' in name}
    path = write(state | ages, tmp_path / 'model_plus_19.pth')
    network = import_sam2act(path, True, published_tiny())
    assert network.config.sam2.memory.steps == 2


def test_a_missing_an_extra_and_a_misshapen_key_are_named(tmp_path, state):
    spoilt = {name: value for name, value in state.items() if name != 'mvt2.feat_fc_x.4.bias'}
    spoilt |= {'mvt1.decoder.weight': torch.zeros(2), PATCH: torch.zeros(3, 3)}
    with pytest.raises(ContractError) as error:
        import_sam2act(write(spoilt, tmp_path / 'x.pth'), False, published_tiny())
    for name in ('mvt2.feat_fc_x.4.bias', 'mvt1.decoder.weight', PATCH, '[3, 3]'):
        assert name in str(error.value)


def test_copies_that_differ_or_are_of_nothing_are_named(tmp_path, state):
    name = 'mvt2.sam2.sam_mask_decoder.conv_s0.bias'
    changed = state | {name: state[name] + 1}
    with pytest.raises(ContractError, match=f'{name} differs from sam2.sam_mask_decoder'):
        import_sam2act(write(changed, tmp_path / 'x.pth'), False, published_tiny())
    with pytest.raises(ContractError, match=r'copy of sam2\.other, which is missing'):
        drop_copies({'mvt1.sam2.other': torch.zeros(1)})


def test_weights_that_are_no_numbers_are_refused_by_name(tmp_path, state):
    spoilt = state | {PATCH: torch.full_like(state[PATCH], torch.nan)}
    with pytest.raises(ContractError, match=f'{PATCH} does not hold finite'):
        import_sam2act(write(spoilt, tmp_path / 'x.pth'), False, published_tiny())


class Trap:
    """Unpickling it would create the folder."""

    def __init__(self, path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_a_file_that_would_run_code_is_refused_without_running_it(tmp_path, state):
    sprung, path = tmp_path / 'sprung', tmp_path / 'model_1.pth'
    torch.save({'model_state': state, 'trap': Trap(sprung)}, path)
    with pytest.raises(ContractError, match=r'model_1\.pth cannot be read as weights'):
        import_sam2act(path, False)
    assert not sprung.exists()


@pytest.mark.parametrize('content', [{'model_state': 3}, [torch.zeros(2)], {3: 4}])
def test_a_file_without_a_state_dict_is_told_apart(tmp_path, content):
    torch.save(content, tmp_path / 'x.pth')
    with pytest.raises(ContractError, match='holds no state dict'):
        import_sam2act(tmp_path / 'x.pth', False)


def test_damaged_absent_and_foreign_files_are_refused(tmp_path, state):
    whole = write(state, tmp_path / 'whole.pth').read_bytes()
    (tmp_path / 'cut.pth').write_bytes(whole[: len(whole) // 3])
    with pytest.raises(ContractError, match=r'cut\.pth cannot be read'):
        import_sam2act(tmp_path / 'cut.pth', False)
    with pytest.raises(ContractError, match='there is no file'):
        import_sam2act(tmp_path / 'nothing.pth', False)
    torch.save({'conv.weight': torch.zeros(2)}, tmp_path / 'other.pth')
    with pytest.raises(ContractError, match=r'lacks sam2\.maskmem_tpos_enc'):
        import_sam2act(tmp_path / 'other.pth', False)
