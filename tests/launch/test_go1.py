"""The launched graph of another quadruped, by its files in config/ alone."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from sensor_msgs.msg import JointState, Range
from tiny_legs import write_tiny

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file, share_folders
from policy_nodes.nodes import qos
from policy_nodes.policies.locomotion_choice import chosen_checkpoints
from policy_nodes.policies.locomotion_loading import load_specialists
from policy_nodes.simulation.barkour.robot_file import read_robot
from policy_stack.msg import SafetyState

PATIENT = Path(__file__).with_name('patient_legs.yaml')


@pytest.mark.skipif(
    find_spec('mujoco_playground') is None,
    reason='the model of the Go1 is absent: pip install --no-deps playground',
)
def test_a_go1_stands_up_and_sways_behind_the_same_safety_controller(launch, station):
    graph = launch(
        'barkour',
        model='go1',
        simulator='course',
        reset_safety='true',
        record='false',
        params_file=str(PATIENT),
    )
    heights = station.keep(Range, 'body_height', qos.STREAM)
    joints = station.keep(JointState, 'joint_states', qos.STREAM)
    states = station.keep(SafetyState, 'safety_controller/state', qos.LATCHED)
    graph.says('nodes are active')
    station.until(lambda: heights and heights[-1][1].range > 0.22, 40.0, 'it does not stand up')
    begin = len(heights)
    station.until(
        lambda: np.ptp([message.range for _, message in heights[begin:]] or [0.0]) > 0.01,
        40.0,
        'it does not sway',
    )
    assert list(joints[-1][1].name)[:3] == ['FL_hip_joint', 'FL_thigh_joint', 'FL_calf_joint']
    assert not states[-1][1].latched
    graph.interrupt()
    assert graph.wait() == 0, graph.text
    assert 'Traceback' not in graph.text


@pytest.mark.skipif(
    find_spec('mujoco_playground') is None,
    reason='the model of the Go1 is absent: pip install --no-deps playground',
)
def test_a_joystick_policy_of_a_go1_fits_what_its_files_say(tmp_path):
    share = share_folders()[0]
    robot = read_robot(share / 'config' / 'go1' / 'quadruped.yaml')
    folder = write_tiny(tmp_path, 'joystick', robot=robot)
    policy, [checkpoint] = load_specialists(
        'joystick', chosen_checkpoints('joystick', [str(folder)])
    )
    assert checkpoint.compare(RobotInterface.read(robot_file('go1'))).disagreements == ()
    with pytest.raises(ContractError, match='FL_hip_joint'):
        checkpoint.compare(RobotInterface.read(robot_file('barkour'))).require()
    assert policy.names == robot.joints


def test_it_has_no_simulator_of_joints_alone(launch):
    graph = launch('barkour', model='go1', simulator='joints')
    assert graph.wait() == 1
    assert 'model:=go1 has no simulator:=joints; take course' in graph.text
