"""A checkpoint folder: opened without trust, written in one piece."""

import os
import pickle
import shutil
from dataclasses import replace

import numpy as np
import pytest

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import (
    checkpoint_roots,
    find_checkpoints,
    resolve_checkpoint,
)
from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.errors import ContractError

FILES = ('contract.yaml', 'model.safetensors', 'golden.npz', 'card.md')


def test_a_written_checkpoint_holds_four_files_and_opens(write, weights, make_contract):
    folder = write()
    assert sorted(entry.name for entry in folder.iterdir()) == sorted(FILES)
    checkpoint = Checkpoint.open(folder)
    checkpoint.verify()
    assert replace(checkpoint.contract, weights=None) == make_contract()
    assert checkpoint.golden().steps == 3
    assert checkpoint.card() == '# Walker\n'
    for name, array in checkpoint.weights().items():
        np.testing.assert_array_equal(array, weights[name])


def test_changed_weights_disagree_and_name_the_weights(write, make_robot):
    folder = write()
    file = folder / 'model.safetensors'
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    checkpoint = Checkpoint.open(folder)
    with pytest.raises(ContractError, match=r'model\.safetensors: weights\.sha256: its SHA-256'):
        checkpoint.verify()
    with pytest.raises(ContractError, match=r'weights\.sha256'):
        checkpoint.weights()
    agreement = checkpoint.compare(make_robot())
    assert [(found.term, found.field) for found in agreement.disagreements] == [
        ('weights', 'sha256')
    ]
    with pytest.raises(ContractError, match=r'weights\.sha256: .*restore them'):
        agreement.require()


def test_unchanged_weights_agree_with_the_robot(write, make_robot):
    Checkpoint.open(write()).compare(make_robot()).require()


@pytest.mark.parametrize('name', FILES)
def test_a_missing_file_is_named(name, write):
    folder = write()
    (folder / name).unlink()
    with pytest.raises(ContractError, match=rf'walker: {name}: .*is missing; copy the whole'):
        Checkpoint.open(folder)


@pytest.mark.parametrize('name', FILES)
def test_a_link_out_of_the_folder_is_refused(name, write, tmp_path):
    folder = write()
    outside = tmp_path / name
    (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    with pytest.raises(ContractError, match=rf'{name}: it is a link that leads out'):
        Checkpoint.open(folder)


@pytest.mark.parametrize('name', FILES)
def test_a_pipe_in_place_of_a_file_is_refused(name, write):
    folder = write()
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(ContractError, match=rf'{name}: it is not a regular file'):
        Checkpoint.open(folder)


def test_a_link_inside_the_folder_is_followed(write):
    folder = write()
    (folder / 'card.md').rename(folder / 'README.md')
    (folder / 'card.md').symlink_to('README.md')
    assert Checkpoint.open(folder).card() == '# Walker\n'


def test_an_installation_of_links_opens_as_the_folder_it_links_to(write, tmp_path):
    folder = write()
    installed = tmp_path / 'install' / 'walker'
    installed.mkdir(parents=True)
    for name in FILES:
        (installed / name).symlink_to(folder / name)
    checkpoint = Checkpoint.open(installed)
    assert checkpoint.folder == folder.resolve()
    checkpoint.weights()


def test_a_linked_folder_opens(write, tmp_path):
    (tmp_path / 'latest').symlink_to(write())
    assert Checkpoint.open(tmp_path / 'latest').name == 'walker'


@pytest.mark.parametrize('name', ['model.pt', 'model.pkl', 'pytorch_model.bin'])
def test_weights_of_another_format_point_to_the_importer(name, write):
    folder = write()
    (folder / 'model.safetensors').unlink()
    (folder / name).write_bytes(pickle.dumps({'a': 1}))
    with pytest.raises(ContractError, match=rf'{name} is there instead; .*policy-stack import'):
        Checkpoint.open(folder)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ContractError, match='nowhere: there is no such folder'):
        Checkpoint.open(tmp_path / 'nowhere')


def test_a_contract_with_a_network_and_no_weights_does_not_open(write, contract_text):
    folder = write()
    (folder / 'contract.yaml').write_text(contract_text)
    with pytest.raises(ContractError, match='a network and names no weights'):
        Checkpoint.open(folder)


def test_a_broken_contract_is_named_with_its_place(write):
    folder = write()
    file = folder / 'contract.yaml'
    file.write_text(file.read_text().replace('history: 15', 'history: -15'))
    with pytest.raises(ContractError, match=r'contract\.yaml: observations\.joints\.history: -15'):
        Checkpoint.open(folder)


def test_a_policy_without_a_network_needs_no_weights(tmp_path, make_contract, trace):
    contract = make_contract({'network': KeyError})
    checkpoint = write_checkpoint(tmp_path / 'straight', contract, {}, trace, 'Straight on.')
    assert sorted(entry.name for entry in checkpoint.folder.iterdir()) == sorted(
        set(FILES) - {'model.safetensors'}
    )
    with pytest.raises(ContractError, match='has no weights'):
        checkpoint.weights()


def test_an_existing_checkpoint_is_kept_unless_told_otherwise(write, make_contract, trace):
    folder = write()
    before = (folder / 'model.safetensors').read_bytes()
    new = {'a': np.ones(3, np.float32)}
    with pytest.raises(ContractError, match='there already; choose another folder, or overwrite'):
        write_checkpoint(folder, make_contract(), new, trace, 'new')
    assert (folder / 'model.safetensors').read_bytes() == before
    checkpoint = write_checkpoint(folder, make_contract(), new, trace, 'new', overwrite=True)
    assert checkpoint.weights()['a'].tolist() == [1.0, 1.0, 1.0]
    assert [entry.name for entry in folder.parent.iterdir()] == ['walker']


def test_a_folder_of_other_things_is_never_overwritten(tmp_path, make_contract, weights, trace):
    (tmp_path / 'home').mkdir()
    (tmp_path / 'home' / 'thesis.txt').write_text('work of years')
    with pytest.raises(ContractError, match='is no checkpoint'):
        write_checkpoint(tmp_path / 'home', make_contract(), weights, trace, 'x', overwrite=True)
    (tmp_path / 'link').symlink_to(tmp_path / 'home')
    with pytest.raises(ContractError, match='it is a link'):
        write_checkpoint(tmp_path / 'link', make_contract(), weights, trace, 'x', overwrite=True)
    assert (tmp_path / 'home' / 'thesis.txt').exists()


def test_a_checkpoint_that_cannot_be_finished_leaves_nothing(tmp_path, make_contract, trace):
    diverged = {'a': np.array([np.nan], np.float32)}
    with pytest.raises(ContractError, match='walker: a: it holds NaN'):
        write_checkpoint(tmp_path / 'walker', make_contract(), diverged, trace, 'x')
    assert list(tmp_path.iterdir()) == []


def test_a_failed_overwrite_leaves_the_old_checkpoint(write, make_contract, trace):
    folder = write()
    diverged = {'a': np.array([np.nan], np.float32)}
    with pytest.raises(ContractError, match='NaN'):
        write_checkpoint(folder, make_contract(), diverged, trace, 'x', overwrite=True)
    Checkpoint.open(folder).verify()
    assert [entry.name for entry in folder.parent.iterdir()] == ['walker']


UNFIT = {
    'a trace of another policy': ('golden', "'scan' is no observation"),
    'an empty card': ('card', 'the card is empty'),
    'weights without a network': ('network', 'weights and no network'),
    'a network without weights': ('arrays', 'there are no tensors'),
}


@pytest.mark.parametrize('case', UNFIT)
def test_a_checkpoint_is_not_written_with(case, tmp_path, make_contract, weights, trace):
    part, words = UNFIT[case]
    contract = make_contract({'network': KeyError} if part == 'network' else {})
    other = {**trace.observations, 'scan': np.zeros((3, 4))}
    with pytest.raises(ContractError) as refusal:
        write_checkpoint(
            tmp_path / 'walker',
            contract,
            {} if part == 'arrays' else weights,
            replace(trace, observations=other) if part == 'golden' else trace,
            ' \n' if part == 'card' else 'x',
        )
    assert words in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_a_golden_file_of_another_policy_is_refused(write, trace):
    folder = write()
    other = {**trace.observations, 'imu': np.zeros((3, 3))}
    replace(trace, observations=other).write(folder / 'golden.npz')
    with pytest.raises(ContractError, match=r'golden\.npz: observations\.imu'):
        Checkpoint.open(folder).golden()


def test_listing_shows_the_broken_ones_with_the_reason(write, tmp_path):
    root = tmp_path / 'checkpoints'
    write('b_good', root)
    (write('a_broken', root) / 'card.md').unlink()
    shutil.copytree(root / 'b_good', root / '.hidden')
    (root / 'notes').mkdir()
    broken, good = find_checkpoints(root)
    assert (broken.folder.name, broken.checkpoint) == ('a_broken', None)
    assert 'card.md: the description for people is missing' in broken.problem
    assert (good.checkpoint.name, good.problem) == ('b_good', '')
    assert find_checkpoints(tmp_path / 'nowhere') == []


def test_a_name_is_looked_up_before_a_path(write, tmp_path, monkeypatch):
    root = tmp_path / 'checkpoints'
    shipped, own = write('walker', root), write('mine')
    monkeypatch.chdir(tmp_path)
    assert resolve_checkpoint('walker', [root]) == shipped
    assert resolve_checkpoint('mine', [root]).samefile(own)
    assert resolve_checkpoint('./mine', [root]).samefile(own)
    assert resolve_checkpoint(str(own), [root]) == own


def test_an_unknown_name_lists_the_known_ones(write, tmp_path):
    write('walker', tmp_path / 'checkpoints')
    with pytest.raises(ContractError, match=r"no checkpoint 'walkr'; did you mean 'walker'"):
        resolve_checkpoint('walkr', [tmp_path / 'checkpoints'])
    with pytest.raises(ContractError, match='there is no such folder'):
        resolve_checkpoint('runs/walker', [tmp_path / 'checkpoints'])
    with pytest.raises(ContractError, match='there is no checkpoint'):
        resolve_checkpoint('', [tmp_path / 'checkpoints'])


def test_an_installed_overlay_is_among_the_roots(tmp_path, monkeypatch, write):
    share = tmp_path / 'share' / 'policy_stack'
    write('walker', share / 'checkpoints')
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path))
    assert share / 'checkpoints' in checkpoint_roots()
    assert resolve_checkpoint('walker') == share / 'checkpoints' / 'walker'
