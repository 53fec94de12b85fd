"""Another quadruped by its file alone: the Go1."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import yaml

from policy_nodes.simulation.barkour.course import official_course
from policy_nodes.simulation.barkour.legged_robot import LeggedRobot
from policy_nodes.simulation.barkour.robot_file import read_robot
from policy_nodes.simulation.barkour.world import BarkourWorld

CONFIG = Path(__file__).resolve().parents[3] / 'config' / 'go1'
DESCRIBED = yaml.safe_load((CONFIG / 'quadruped.yaml').read_text())
needs_model = pytest.mark.skipif(
    find_spec('mujoco_playground') is None,
    reason='the model of the Go1 is absent: pip install --no-deps playground',
)


def hold(world, pose, seconds=1.5):
    kp, kd = np.full(12, world.robot.kp), np.full(12, world.robot.kd)
    for _ in range(round(seconds / world.period)):
        world.step(pose, kp, kd)


@pytest.fixture(scope='module')
def go1():
    return read_robot(CONFIG / 'quadruped.yaml')


@needs_model
def test_it_stands_on_the_start_table_and_weighs_what_its_model_says(go1):
    world = BarkourWorld(official_course(), seed=1, robot=go1)
    assert sum(world.model.body_mass) == pytest.approx(12.743, abs=1e-3)
    hold(world, go1.stand)
    assert world.up() > 0.99
    # its published height, less what its weight makes it sag
    assert world.height() == pytest.approx(0.265, abs=0.015)
    assert world.contacts().sum() == pytest.approx(12.743 * 9.81, rel=0.03)
    assert world.touched == {'start_table'}


@needs_model
def test_its_joints_go_by_name_although_its_file_begins_with_another_leg(go1):
    world = BarkourWorld(official_course(), seed=1, robot=go1)
    names = [world.model.joint(number).name for number in range(1, world.model.njnt)]
    assert sorted(names) == sorted(go1.joints)
    assert tuple(names) != go1.joints
    for number, change in enumerate([0.15, 0.2, 0.2] * 4):
        world.reset()
        before, target = world.pose(), np.array(go1.stand)
        target[number] += change
        hold(world, target, 0.3)
        assert np.abs(world.pose() - before).argmax() == number


@needs_model
def test_knees_are_stronger_than_hips(go1):
    world = BarkourWorld(official_course(), seed=1, robot=go1)
    kp = np.full(12, 1000.0)
    world.step(np.array(go1.stand) + 1.0, kp, np.zeros(12))
    assert np.abs(world.torques()).max() == pytest.approx(35.55)


def test_files_for_its_other_nodes_name_the_same_joints_in_the_same_order(go1):
    for node in ('safety_controller', 'leg_exerciser'):
        given = yaml.safe_load((CONFIG / f'{node}.yaml').read_text())['/**']['ros__parameters']
        joints = given['joints']
        names = joints['names'] if isinstance(joints, dict) else joints
        assert tuple(names) == go1.joints
        stand = given['stand']
        assert tuple(stand['pose'] if isinstance(stand, dict) else stand) == go1.stand


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        ({'joints': DESCRIBED['joints'][:11]}, 'joints has to hold 12 different names, not 11'),
        ({'joints': [DESCRIBED['joints'][0]] * 12}, '12 different names, not 1'),
        ({'stand': [0.0] * 3}, 'stand has to hold 12 numbers, not 3'),
        ({'kp': 'much'}, "kp holds 'much'; it has to be a finite number"),
        ({'camera': [0.0, 0.0, float('nan')]}, 'camera holds nan'),
        ({'trunk': [[0.0] * 6]}, 'a capsule of trunk has to hold 7 numbers, not 6'),
        ({'base': ''}, "base is ''; it has to be a text"),
        ({'wings': 2}, 'missing: none; unknown: wings'),
    ],
)
def test_a_file_that_describes_no_quadruped_is_refused_in_words(tmp_path, change, words):
    file = tmp_path / 'quadruped.yaml'
    file.write_text(yaml.safe_dump(DESCRIBED | change))
    with pytest.raises(ValueError, match=words):
        read_robot(file)


def test_a_file_that_lacks_something_or_is_no_yaml_is_refused(tmp_path):
    file = tmp_path / 'quadruped.yaml'
    file.write_text(yaml.safe_dump({'name': 'spot'}))
    with pytest.raises(ValueError, match=r'missing: base, camera,.*unknown: none'):
        read_robot(file)
    file.write_text('{')
    with pytest.raises(ValueError, match='is no yaml'):
        read_robot(file)
    file.write_text('- 1\n')
    with pytest.raises(ValueError, match='unknown: none'):
        read_robot(file)


def test_the_described_robot_is_a_plain_value(go1):
    assert isinstance(go1, LeggedRobot)
    assert hash(go1) == hash(read_robot(CONFIG / 'quadruped.yaml'))
