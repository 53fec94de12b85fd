"""`policy-stack list`, `check` and `import` in processes of their own."""

from __future__ import annotations

import os
import shutil

import pytest
import torch
from command_line import assert_refused, policy_stack

from policy_nodes.commands.checkpoints import check
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.models.height import Height
from policy_nodes.policies.loading import golden_run


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / 'height_copy'
    shutil.copytree(resolve_checkpoint('height_indoor'), folder)
    return folder


def test_list_shows_the_shipped_checkpoints():
    ran = policy_stack('list')
    assert ran.status == 0, ran
    assert 'height_arena' in ran.out
    assert 'height_indoor' in ran.out


def test_list_says_why_a_checkpoint_cannot_be_used(copy):
    (copy / 'model.safetensors').unlink()
    ran = policy_stack('list', copy.parent)
    assert ran.status == 0, ran
    assert 'height_copy' in ran.out
    assert 'the file of the weights is missing' in ran.out


def test_list_of_a_folder_that_is_not_there_is_refused(tmp_path):
    assert_refused(policy_stack('list', tmp_path / 'nothing'), 'there is no folder')


def test_check_passes_a_shipped_checkpoint():
    ran = policy_stack('check', 'height_arena')
    assert ran.status == 0, ran
    assert 'all within tolerance' in ran.out
    assert ran.out.count('agrees') == 5


def test_check_fails_on_changed_weights_and_replays_nothing(copy):
    file = copy / 'model.safetensors'
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))
    ran = policy_stack('check', copy)
    assert ran.status == 1, ran
    assert 'the weights were changed or mixed up' in ran.out
    assert 'not replayed' in ran.out
    assert 'within tolerance' not in ran.out


def test_check_refuses_a_name_it_does_not_know():
    assert_refused(policy_stack('check', 'height_arenna'), "did you mean 'height_arena'?")


@pytest.mark.parametrize(
    ('arguments', 'said'),
    [
        (('./nowhere', 'turtlebot'), 'there is no such folder'),
        (('height_arena', 'turtelbot'), "did you mean 'turtlebot'"),
    ],
)
def test_check_refuses_folders_and_robots_that_are_not_there(arguments, said):
    with pytest.raises(ContractError, match=said):
        check(*arguments)


def test_imported_weights_of_the_authors_pass_their_check(tmp_path, shared_data):
    weights = shared_data('golden', 'height_rand_policy.npz')
    out = tmp_path / 'authors_rand'
    ran = policy_stack('import', 'height', weights, '--out', out)
    assert ran.status == 0, ran
    assert '11 slots of people' in ran.out
    written = Checkpoint.open(out)
    assert first_difference(written.golden(), golden_run(written)) is None
    again = policy_stack('import', 'height', weights, '--out', out)
    assert_refused(again, 'authors_rand is there already', '--overwrite')


class Trap:
    def __init__(self, path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_import_refuses_a_file_that_would_run_code_and_leaves_nothing_behind(tmp_path):
    torch.save(Height().state_dict() | {'x': Trap(tmp_path / 'sprung')}, tmp_path / 'bad.pt')
    out = tmp_path / 'out'
    ran = policy_stack('import', 'height', tmp_path / 'bad.pt', '--out', out)
    assert_refused(ran, 'bad.pt cannot be read as weights')
    assert not (tmp_path / 'sprung').exists()
    assert not out.exists()


def test_import_of_another_policy_lists_the_known_ones(tmp_path):
    ran = policy_stack('import', 'walker', tmp_path / 'x.pt')
    assert_refused(ran, "there is no importer for 'walker'; known: height")


def test_help_says_what_the_command_does_and_gives_an_example():
    ran = policy_stack('import', '--help')
    assert ran.status == 0, ran
    assert "Turn an author's published weights into a checkpoint" in ran.out
    assert 'Example: policy-stack import height' in ran.out
