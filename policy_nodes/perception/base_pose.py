"""Where the base was at the time of a sensor reading."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import BaseSample
from policy_nodes.geometry.frames import rotate, yaw_from_quaternion

Floats = NDArray[np.float64]
NANO = 1_000_000_000
FARTHEST = 1e6  # coordinates beyond are damage, and their squares would overflow [m]


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


def base_fault(
    base: BaseSample, stamp_ns: int, *, odom_frame: str, base_frame: str, max_gap: float
) -> tuple[str, str] | None:
    """Say why odometry cannot be used for a sensor reading.

    Args:
        base: odometry.
        stamp_ns: of the reading.
        odom_frame: frame that the pose must be in.
        base_frame: frame that the twist must be in.
        max_gap: greatest time between odometry and reading [s].

    Returns:
        Short reason and sentence; None if it can be used.
    """
    if (base.frame, base.child_frame) != (odom_frame, base_frame):
        return 'base_frame', (
            f'odometry tells {base.child_frame!r} in {base.frame!r}, expected {base_frame!r} in '
            f'{odom_frame!r}; set the frames of the odometry or of this node'
        )
    gap = abs(stamp_ns - base.stamp_ns) / NANO
    if gap > max_gap:
        return 'base_stamp', (
            f'odometry and reading are {gap:.3g} s apart, allowed {max_gap:g} s; check the clocks '
            'and the rate of the odometry'
        )
    shapes = np.shape(base.position) == (3,) and np.shape(base.quaternion) == (4,)
    numbers = np.array([*base.position, *base.quaternion, base.v, base.w] if shapes else [np.nan])
    # the comparison is false for NaN, too
    if not (np.abs(numbers) <= FARTHEST).all():
        return 'base_values', (
            'odometry holds NaN, infinity, numbers beyond 1e6 or the wrong number of values; '
            'check its source'
        )
    length = float(np.linalg.norm(base.quaternion))
    if abs(length - 1.0) > 0.05:
        return 'base_values', (
            f'the quaternion of the odometry has length {length:.3g}; it must be 1'
        )
    return None
