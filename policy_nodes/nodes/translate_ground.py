"""Messages of ground and asked velocities to plain arrays; nothing here decides anything."""

import numpy as np
from geometry_msgs.msg import TwistStamped
from numpy.typing import NDArray

from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.policies.height_field import HeightField
from policy_stack.msg import HeightScan


def planar_velocity(message: TwistStamped) -> tuple[NDArray[np.float64], int]:
    """Read vx, vy [m/s], wz [rad/s], zero where they are not finite, and the stamp [ns]."""
    twist = message.twist
    velocity = np.array([twist.linear.x, twist.linear.y, twist.angular.z])
    finite = bool(np.isfinite(velocity).all())
    return velocity if finite else np.zeros(3), nanoseconds(message.header.stamp)


def height_field(message: HeightScan) -> HeightField | None:
    """Read a height scan; None where its heights are no grid."""
    heights = np.array(message.heights, dtype=np.float64)
    if heights.size != message.rows * message.columns or not message.resolution > 0.0:
        return None
    return HeightField(
        nanoseconds(message.header.stamp),
        message.origin.x,
        message.origin.y,
        message.resolution,
        heights.reshape(message.rows, message.columns),
    )
