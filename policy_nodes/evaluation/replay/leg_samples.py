"""Turns messages of a bag into the samples that policies and safety controllers of legs know."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    ImuSample,
    LegCommandSample,
    LegJointsSample,
)
from policy_nodes.policies.height_field import HeightField

_UNMEASURED = -1.0  # first number of a covariance of what is not measured
TOUCHING = 5.0  # force from which on a foot touches, the node's default [N]


def floats(values: Any) -> NDArray[np.float64]:
    """Read a sequence of numbers."""
    return np.asarray(values, dtype=np.float64).copy()


def imu_of(fields: Any, stamp_ns: int) -> ImuSample:
    """Read sensor_msgs/Imu; what it says not to measure is NaN."""
    turn, spin, pull = fields.orientation, fields.angular_velocity, fields.linear_acceleration

    def measured(values: tuple[float, ...], covariance: Any) -> NDArray[np.float64]:
        known = floats(covariance)[0] != _UNMEASURED
        return np.array(values) if known else np.full(len(values), np.nan)

    return ImuSample(
        stamp_ns=stamp_ns,
        frame=fields.header.frame_id,
        quaternion=measured((turn.x, turn.y, turn.z, turn.w), fields.orientation_covariance),
        angular_velocity=measured((spin.x, spin.y, spin.z), fields.angular_velocity_covariance),
        acceleration=measured((pull.x, pull.y, pull.z), fields.linear_acceleration_covariance),
    )


def joints_of(fields: Any, stamp_ns: int) -> LegJointsSample:
    """Read sensor_msgs/JointState."""
    return LegJointsSample(
        stamp_ns=stamp_ns,
        names=tuple(fields.name),
        position=floats(fields.position),
        velocity=floats(fields.velocity),
        effort=floats(fields.effort),
    )


def contacts_of(fields: Any, stamp_ns: int) -> FootContactsSample:
    """Read forces on feet, in the field effort of sensor_msgs/JointState [N]."""
    pressed = floats(fields.effort)
    touching: Any = pressed >= TOUCHING if np.isfinite(pressed).all() else pressed
    return FootContactsSample(stamp_ns, tuple(fields.name), touching)


def height_of(fields: Any, stamp_ns: int) -> BodyHeightSample:
    """Read sensor_msgs/Range."""
    return BodyHeightSample(stamp_ns, float(fields.range))


def command_of(fields: Any, stamp_ns: int) -> LegCommandSample:
    """Read policy_stack/JointCommand.

    Raises:
        ValueError: its parts do not belong together.
    """
    found = LegCommandSample(
        stamp_ns,
        tuple(fields.names),
        floats(fields.position),
        floats(fields.kp),
        floats(fields.kd),
    )
    if len(found.position) != len(found.names):
        raise ValueError(f'{len(found.position)} positions for {len(found.names)} joints')
    return found


def field_of(fields: Any, stamp_ns: int) -> HeightField | None:
    """Read policy_stack/HeightScan; None where its heights are no grid."""
    heights = floats(fields.heights)
    if heights.size != fields.rows * fields.columns or not fields.resolution > 0.0:
        return None
    grid = heights.reshape(fields.rows, fields.columns)
    return HeightField(stamp_ns, fields.origin.x, fields.origin.y, fields.resolution, grid)


def velocity_of(fields: Any) -> NDArray[np.float64]:
    """Read vx, vy [m/s], wz [rad/s] of geometry_msgs/TwistStamped; zero where not finite."""
    twist = fields.twist
    velocity = np.array([twist.linear.x, twist.linear.y, twist.angular.z])
    return velocity if np.isfinite(velocity).all() else np.zeros(3)
