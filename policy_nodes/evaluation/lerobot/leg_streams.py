"""What legs tell, as columns: joints, body, ground, command, targets with gains."""

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
    twist_stream,
)

Names = Mapping[str, tuple[str, ...]]
Values = Mapping[str, Singles]

IMU, GROUND = 'observation.imu', 'observation.height_scan'
IMU_NAMES = ('qx', 'qy', 'qz', 'qw', 'wx', 'wy', 'wz', 'ax', 'ay', 'az')


def _read_imu(message: Any) -> Columns:
    q, w, a = message.orientation, message.angular_velocity, message.linear_acceleration
    values = [q.x, q.y, q.z, q.w, w.x, w.y, w.z, a.x, a.y, a.z]
    return {IMU: (IMU_NAMES, np.array(values))}


def _imu(values: Values, names: Names, facts: Facts) -> Facts:
    given = floats(values[IMU])
    fields = [
        *(f'orientation__{axis}' for axis in 'xyzw'),
        *(f'angular_velocity__{axis}' for axis in 'xyz'),
        *(f'linear_acceleration__{axis}' for axis in 'xyz'),
    ]
    return dict(zip(fields, given, strict=True))


def _read_ground(message: Any) -> Columns:
    # JSON knows no NaN; what is not known is as high as the robot's frame
    heights = np.nan_to_num(np.asarray(message.heights, dtype=np.float64), nan=0.0)
    return {GROUND: (tuple(f'cell_{i}' for i in range(len(heights))), heights)}


def _ground(values: Values, names: Names, facts: Facts) -> Facts:
    return {
        'rows': facts['rows'],
        'columns': facts['columns'],
        'resolution': facts['resolution'],
        'origin__x': facts['x'],
        'origin__y': facts['y'],
        'heights': values[GROUND].astype(np.float32),
    }


def _ground_facts(message: Any) -> Facts:
    return {
        'rows': int(message.rows),
        'columns': int(message.columns),
        'resolution': float(message.resolution),
        'x': float(message.origin.x),
        'y': float(message.origin.y),
    }


def _targets(topic: str, column: str, needed: bool = False) -> Stream:
    """Describe a topic of joint targets with gains."""
    parts = {column: 'position', f'{column}.kp': 'kp', f'{column}.kd': 'kd'}

    def read(message: Any) -> Columns:
        names = tuple(message.names)
        return {
            each: (names, np.asarray(getattr(message, field))) for each, field in parts.items()
        }

    def fields(values: Values, names: Names, facts: Facts) -> Facts:
        return {'names': list(names[column])} | {
            field: values[each].astype(np.float64) for each, field in parts.items()
        }

    kind = 'policy_stack/msg/JointCommand'
    return Stream(topic, kind, tuple(parts), read, fields, needed=needed)


LEGS = (
    joints_stream('/joint_states'),
    Stream('/imu', 'sensor_msgs/msg/Imu', (IMU,), _read_imu, _imu, needed=True),
    Stream(
        '/height_scan',
        'policy_stack/msg/HeightScan',
        (GROUND,),
        _read_ground,
        _ground,
        _ground_facts,
    ),
    twist_stream('/course_navigator/command', 'observation.command'),
    _targets('/joint_command', 'action', needed=True),
    _targets('/locomotion_policy/joint_command', 'action.proposed'),
)
