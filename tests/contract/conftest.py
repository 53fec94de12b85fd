"""Contracts of the three kinds of robot, and a checkpoint of a tiny policy."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import yaml

from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.contract_file import contract_from_mapping
from policy_nodes.contract.golden_trace import GoldenTrace
from policy_nodes.contract.robot_interface import RobotInterface

LEGS = ('FR_abduction', 'FR_hip', 'FL_abduction', 'FL_hip')

CONTRACT = f"""
version: 1
robot: quadruped
policy: walker
rate_hz: 50.0
network: {{class: Walker, arguments: {{width: 8}}}}
observations:
  joints:
    source: sensor_msgs/msg/JointState
    unit: rad
    shape: [4]
    names: [{', '.join(LEGS)}]
    rate_hz: 50.0
    stale_after_s: 0.1
    scale: 2.0
    offset: [0.0, 0.5, 0.0, 0.5]
    clip: [-5.0, 5.0]
    history: 15
  imu:
    source: sensor_msgs/msg/Imu
    frame: imu_link
    unit: [rad/s, m/s^2]
    names: [yaw_rate, gravity_z]
    shape: [2]
    rate_hz: 50.0
    stale_after_s: 0.1
  camera:
    source: sensor_msgs/msg/Image
    frame: camera_optical
    unit: '1'
    shape: [4, 6, 3]
    colour: rgb
    rate_hz: 10.0
    scale: 0.00392156862745098
  last_action:
    source: policy
    unit: '1'
    shape: [4]
actions:
  legs:
    kind: joint_position
    names: [{', '.join(LEGS)}]
    unit: rad
    limits:
      FR_abduction: [-1.0, 1.0]
      FR_hip: [-0.5, 2.0]
      FL_abduction: [-1.0, 1.0]
      FL_hip: [-0.5, 2.0]
    rate_hz: 50.0
    scale: 0.25
    offset: [0.0, 0.5, 0.0, 0.5]
    clip: [-3.0, 3.0]
    kp: 30.0
    kd: 0.5
commands:
  linear.x: {{unit: m/s, range: [-1.5, 1.5]}}
trained:
  recipe: walker
  revision: 0123abc
  seed: 3
  steps: 1000
  hardware: one CPU core
  hours: 0.25
  metrics:
    score: {{value: 0.5, ci95: [0.25, 0.75], episodes: 20}}
"""

ROBOT = """
robot: quadruped
observations:
  joints:
    source: sensor_msgs/msg/JointState
    unit: rad
    shape: [4]
    names: [FL_hip, FL_abduction, FR_hip, FR_abduction]
    rate_hz: 100.0
    max_history: 50
  imu:
    source: sensor_msgs/msg/Imu
    frame: imu_link
    unit: [rad/s, m/s^2]
    names: [yaw_rate, gravity_z]
    shape: [2]
    rate_hz: 100.0
  camera:
    source: sensor_msgs/msg/Image
    frame: camera_optical
    unit: '1'
    shape: [4, 6, 3]
    colour: rgb
    rate_hz: 30.0
actions:
  legs:
    kind: joint_position
    names: [FR_hip, FR_abduction, FL_hip, FL_abduction]
    unit: rad
    limits:
      FR_abduction: [-1.2, 1.2]
      FR_hip: [-0.5, 2.0]
      FL_abduction: [-1.2, 1.2]
      FL_hip: [-0.5, 2.0]
    rate_hz: 50.0
    kp: 30.0
    kd: 0.5
"""

KEY_POSE_CONTRACT = """
version: 1
robot: panda
policy: sam2act
observations:
  front_rgb:
    source: sensor_msgs/msg/Image
    frame: front_optical
    unit: '1'
    shape: [128, 128, 3]
    colour: rgb
    stale_after_s: 1.0
    dtype: uint8
  front_depth:
    source: sensor_msgs/msg/Image
    frame: front_optical
    unit: m
    shape: [128, 128]
    colour: depth
    stale_after_s: 1.0
  instruction:
    source: policy_stack/msg/TaskGoal
    unit: text
    shape: [any]
    dtype: int64
actions:
  tool:
    kind: key_pose
    frame: panda_link0
    names: [x, y, z, qx, qy, qz, qw, gripper, ignore_collisions]
    unit: [m, m, m, '1', '1', '1', '1', '1', '1']
    limits:
      x: [-0.3, 0.7]
      y: [-0.5, 0.5]
      z: [0.6, 1.6]
      qx: [-1.0, 1.0]
      qy: [-1.0, 1.0]
      qz: [-1.0, 1.0]
      qw: [-1.0, 1.0]
      gripper: [0.0, 1.0]
      ignore_collisions: [0.0, 1.0]
"""


class Edit:
    """Plain values of a yaml that a test changes at one place and builds from."""

    def __init__(self, text, build):
        self._values = yaml.safe_load(text)
        self._build = build

    def __call__(self, changes=None):
        values = copy.deepcopy(self._values)
        for path, value in (changes or {}).items():
            *parents, last = path.split('/')
            place = values
            for parent in parents:
                place = place[parent]
            if value is KeyError:
                del place[last]
            else:
                place[last] = value
        return self._build(values)


@pytest.fixture
def make_contract():
    """Build the quadruped's contract with changes, `path/to/key` to value; KeyError removes."""
    return Edit(CONTRACT, contract_from_mapping)


@pytest.fixture
def make_robot():
    """Build the quadruped's interface with changes, as make_contract."""
    return Edit(ROBOT, RobotInterface.from_mapping)


@pytest.fixture
def contract_text():
    return CONTRACT


@pytest.fixture
def key_pose_text():
    return KEY_POSE_CONTRACT


@pytest.fixture
def weights():
    generator = np.random.default_rng(0)
    return {
        'first.weight': generator.normal(size=(8, 10)).astype(np.float32),
        'first.bias': np.zeros(8, np.float32),
        'count': np.array(3, np.int64),
    }


@pytest.fixture
def trace():
    """Three steps, two episodes; each joint target is the joint's position."""
    joints = np.arange(12, dtype=np.float32).reshape(3, 4)
    return GoldenTrace(
        observations={
            'joints': joints,
            'imu': np.zeros((3, 2), np.float32),
            'camera': np.zeros((3, 4, 6, 3), np.uint8),
        },
        actions={'legs': joints.astype(np.float64)},
        resets=np.array([True, False, True]),
        tolerance={'legs': 1e-5},
    )


@pytest.fixture
def write(tmp_path: Path, make_contract, weights, trace):
    """Write the tiny checkpoint into a folder of this name and return the folder."""

    def into(name='walker', root=tmp_path):
        write_checkpoint(root / name, make_contract(), weights, trace, '# Walker\n')
        return root / name

    return into
