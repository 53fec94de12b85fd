"""Authors' files: what is read, by a strict map, and what is refused without being run."""

from __future__ import annotations

import os
import pickle
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from policy_nodes.contract.errors import ContractError
from policy_nodes.models.height import Height
from policy_nodes.policies.height_import import import_height, read_weights

EMBEDDING = 'base.spatial_attn.embedding_layer.0.weight'


def a_state(features: int = 4, seed: int = 0) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    return Height(edge_features=features).state_dict()


def write(state, path):
    """The same weights in any of the three kinds of file."""
    if path.suffix == '.npz':
        np.savez(path, **{f'sd.{name}': value.numpy() for name, value in state.items()})
    elif path.suffix == '.safetensors':
        save_file({name: value.contiguous() for name, value in state.items()}, path)
    else:
        torch.save(state, path)
    return path


@pytest.mark.parametrize('kind', ['.npz', '.pt', '.safetensors'])
@pytest.mark.parametrize('features', [4, 2])
def test_a_state_dict_of_any_kind_of_file_comes_through_unchanged(tmp_path, kind, features):
    state = a_state(features)
    network = import_height(write(state, tmp_path / f'weights{kind}'))
    assert network.edge_features == features
    assert not network.training
    for name, value in network.state_dict().items():
        assert torch.equal(value, state[name]), name


@pytest.mark.parametrize(
    ('folder', 'features', 'people'),
    [('ours_HH_RH_randEnv', 4, 11), ('ours_hallwayEnv', 2, 6), ('ours_loungeEnv', 2, 9)],
)
def test_the_slots_of_people_are_those_of_the_authors_scenarios(
    tmp_path, folder, features, people
):
    (tmp_path / folder).mkdir()
    path = write(a_state(features), tmp_path / folder / '1.pt')
    assert import_height(path).people == people
    assert import_height(path, people=4).people == 4


def test_the_authors_own_file_is_imported(shared_data):
    network = import_height(shared_data('golden', 'height_rand_policy.npz'))
    assert (network.people, network.edge_features) == (11, 4)


def test_half_precision_is_widened(tmp_path):
    state = {name: value.half() for name, value in a_state().items()}
    network = import_height(write(state, tmp_path / 'half.pt'))
    assert all(value.dtype == torch.float32 for value in network.state_dict().values())


def test_a_missing_key_is_named(tmp_path):
    state = a_state()
    del state['base.critic.2.bias']
    with pytest.raises(ContractError, match=r'missing base\.critic\.2\.bias'):
        import_height(write(state, tmp_path / 'x.pt'))


def test_an_extra_key_is_named(tmp_path):
    state = a_state() | {'base.obstacle_layer.weight': torch.zeros(2)}
    with pytest.raises(ContractError, match=r'extra base\.obstacle_layer\.weight'):
        import_height(write(state, tmp_path / 'x.npz'))


def test_missing_and_extra_keys_are_named_together(tmp_path):
    state = {f'module.{name}' if 'gru' in name else name: v for name, v in a_state().items()}
    with pytest.raises(ContractError) as error:
        import_height(write(state, tmp_path / 'x.pt'))
    said = str(error.value)
    assert 'missing base.humanNodeRNN.gru.bias_hh_l0' in said
    assert 'extra module.base.humanNodeRNN.gru.bias_hh_l0' in said


def test_a_wrong_shape_is_named_with_both_shapes(tmp_path):
    state = a_state() | {'base.actor.2.weight': torch.zeros(256, 255)}
    with pytest.raises(
        ContractError, match=r'base\.actor\.2\.weight .*\(256, 255\).*\(256, 256\)'
    ):
        import_height(write(state, tmp_path / 'x.pt'))


@pytest.mark.parametrize(
    ('name', 'shape', 'said'),
    [
        (EMBEDDING, (128, 3), '3 numbers a person'),
        ('base.lidar_embed.9.weight', (64, 608), 'width 608'),
        ('dist.linear.weight', (25, 256), '25 actions'),
    ],
)
def test_another_form_of_the_network_is_refused_with_its_numbers(tmp_path, name, shape, said):
    state = a_state() | {name: torch.zeros(shape)}
    with pytest.raises(ContractError, match=said):
        import_height(write(state, tmp_path / 'x.pt'))


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
def test_weights_that_are_no_numbers_are_refused_by_name(tmp_path, value):
    state = a_state()
    state['dist.linear.bias'][3] = value
    with pytest.raises(ContractError, match=r'dist\.linear\.bias does not hold finite'):
        import_height(write(state, tmp_path / 'x.pt'))


class Trap:
    """Unpickling it would create the file."""

    def __init__(self, path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize('kind', ['.pt', '.npz', '.safetensors', '.pth', ''])
@pytest.mark.parametrize('form', ['torch', 'pickle', 'npz'])
def test_a_file_that_would_run_code_is_refused_without_running_it(tmp_path, kind, form):
    sprung = tmp_path / 'sprung'
    path = tmp_path / f'weights{kind}'
    trap = a_state() | {'base.extra': Trap(sprung)}
    if form == 'torch':
        torch.save(trap, path)
    elif form == 'pickle':
        path.write_bytes(pickle.dumps(Trap(sprung)))
    else:
        with path.open('wb') as stream:
            np.savez(stream, **{'sd.trap': np.array([Trap(sprung)], dtype=object)})
    with pytest.raises(ContractError, match=path.name):
        import_height(path)
    assert not sprung.exists()


@pytest.mark.parametrize('kind', ['.npz', '.pt', '.safetensors'])
def test_a_file_cut_short_is_refused_wherever_it_is_cut(tmp_path, kind):
    whole = write(a_state(), tmp_path / f'whole{kind}').read_bytes()
    path = tmp_path / f'cut{kind}'
    for share in (0.0, 0.001, 0.3, 0.9, 0.9999):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(ContractError, match=path.name):
            import_height(path)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=300), kind=st.sampled_from(['.npz', '.pt', '.safetensors', '.bin']))
def test_garbage_is_refused(tmp_path, data, kind):
    path = tmp_path / f'garbage{kind}'
    path.write_bytes(data)
    with pytest.raises(ContractError, match=path.name):
        import_height(path)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_damaged_pickle_is_read_or_refused_but_never_crashes(tmp_path, place, byte):
    """Old torch files are one bare pickle; damage in it reaches deep into the reader."""
    path = tmp_path / 'old.pt'
    torch.save({'base.weight': torch.zeros(3)}, path, _use_new_zipfile_serialization=False)
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] = byte
    path.write_bytes(bytes(data))
    with pytest.raises(ContractError):
        import_height(path)


def test_an_archive_that_unpacks_to_more_than_it_may_is_refused_before_memory_is_taken(tmp_path):
    path = tmp_path / 'bomb.npz'
    header = b'\x93NUMPY\x01\x00v\x00' + b"{'descr': '<f4', 'fortran_order': False, "
    header += b"'shape': (99999999999,), }".ljust(118 - len(header) + 9) + b'\n'
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('sd.x.npy', header + bytes(1000))
    with pytest.raises(ContractError, match=r'bomb\.npz'):
        import_height(path)


@pytest.mark.parametrize('content', [{'epoch': 3, 'optimizer': {}}, [torch.zeros(2)], {3: 4}])
def test_a_file_without_a_state_dict_is_told_apart(tmp_path, content):
    torch.save(content, tmp_path / 'x.pt')
    with pytest.raises(ContractError, match='no state dict'):
        import_height(tmp_path / 'x.pt')


def test_weights_of_something_else_are_refused_by_what_they_lack(tmp_path):
    torch.save({'conv.weight': torch.zeros(2, 2)}, tmp_path / 'x.pt')
    with pytest.raises(ContractError, match=f'lacks {EMBEDDING}'):
        import_height(tmp_path / 'x.pt')


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ContractError, match=r'no file .*nothing\.pt'):
        read_weights(tmp_path / 'nothing.pt')
    with pytest.raises(ContractError, match='no file'):
        read_weights(tmp_path)
