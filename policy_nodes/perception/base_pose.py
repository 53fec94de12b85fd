"""Where the base was at the time of a sensor reading."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import BaseSample
from policy_nodes.geometry.frames import rotate, yaw_from_quaternion

Floats = NDArray[np.float64]
NANO = 1_000_000_000


class BasePose(NamedTuple):
    """A planar pose in the frame of the odometry.

    Attributes:
        position: (2,) [m].
        yaw: [rad].
    """

    position: Floats
    yaw: float

    def to_odom(self, points: Floats) -> Floats:
        """Bring points (..., 2) from the base frame into the frame of the pose [m]."""
        return rotate(points, self.yaw) + self.position

    def to_base(self, points: Floats) -> Floats:
        """Bring points (..., 2) from the frame of the pose into the base frame [m]."""
        return rotate(points - self.position, -self.yaw)


def pose_at(base: BaseSample, stamp_ns: int) -> BasePose:
    """Carry the pose of odometry on to another time, with its twist, along an arc.

    Args:
        base: odometry.
        stamp_ns: the time; it may lie before that of the odometry.
    """
    since = (stamp_ns - base.stamp_ns) / NANO
    yaw = yaw_from_quaternion(base.quaternion)
    turn = base.w * since
    half = 0.5 * turn
    # the chord of an arc points along its middle and is shorter than the arc
    travel = base.v * since * float(np.sinc(half / np.pi))
    chord = np.array([travel * np.cos(yaw + half), travel * np.sin(yaw + half)])
    return BasePose(np.asarray(base.position[:2], dtype=np.float64) + chord, yaw + turn)
