"""What an arm tells, as columns: joints, and the key pose that it goes to; cameras beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from policy_nodes.evaluation.lerobot.stream import (
    Columns,
    Facts,
    Singles,
    Stream,
    floats,
    joints_stream,
)
from policy_nodes.training.lerobot_layout import KEY_POSE

Names = Mapping[str, tuple[str, ...]]
Values = Mapping[str, Singles]

ACTION, TARGET = 'action', 'action.joints'


def _read_key_pose(message: Any) -> Columns:
    at, q = message.pose.position, message.pose.orientation
    touches = float(message.ignore_collisions)
    values = [at.x, at.y, at.z, q.x, q.y, q.z, q.w, message.gripper, touches]
    return {ACTION: (KEY_POSE, np.array(values))}


def _key_pose(values: Values, names: Names, facts: Facts) -> Facts:
    *pose, gripper, touches = floats(values[ACTION])
    fields = [
        *(f'pose__position__{axis}' for axis in 'xyz'),
        *(f'pose__orientation__{axis}' for axis in 'xyzw'),
    ]
    given = dict(zip(fields, pose, strict=True))
    return given | {'gripper': gripper, 'ignore_collisions': touches > 0.5}


def _read_trajectory(message: Any) -> Columns:
    if not message.points:
        return {}
    return {TARGET: (tuple(message.joint_names), np.asarray(message.points[-1].positions))}


def _trajectory(values: Values, names: Names, facts: Facts) -> Facts:
    from policy_nodes.evaluation.lerobot.messages import message as build

    point = build('trajectory_msgs/msg/JointTrajectoryPoint')
    point.positions = values[TARGET].astype(np.float64)
    return {'joint_names': list(names[TARGET]), 'points': [point]}


ARM = (
    joints_stream('/joint_states'),
    Stream(
        '/key_pose', 'policy_stack/msg/KeyPose', (ACTION,), _read_key_pose, _key_pose, needed=True
    ),
    Stream(
        '/joint_trajectory_controller/joint_trajectory',
        'trajectory_msgs/msg/JointTrajectory',
        (TARGET,),
        _read_trajectory,
        _trajectory,
    ),
)
CAMERAS = ('front', 'left_shoulder', 'right_shoulder', 'wrist')
