"""Plain-array forms of the messages that cores exchange.

Cores know neither rclpy nor message packages. Nodes turn each message into one of these samples
and back, and the in-process evaluation hands the same samples on directly, so both run the very
same code on the very same numbers. Times are integer nanoseconds of the node clock.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LaserSample:
    """One planar scan (sensor_msgs/LaserScan).

    Attributes:
        stamp_ns: acquisition of the first ray.
        frame: frame the angles are measured in, x forward.
        angle_min: angle of ray 0 [rad].
        angle_increment: angle between rays, positive counter-clockwise [rad].
        range_min: nearest valid range [m].
        range_max: farthest valid range [m].
        ranges: (rays,) float32 [m]; REP-117: -inf too close, +inf nothing seen, NaN invalid.
    """

    stamp_ns: int
    frame: str
    angle_min: float
    angle_increment: float
    range_min: float
    range_max: float
    ranges: NDArray[np.float32]


@dataclass(frozen=True)
class BaseSample:
    """Pose and twist of a mobile base (nav_msgs/Odometry).

    Attributes:
        stamp_ns: time the pose holds at.
        frame: frame of the pose.
        child_frame: frame of the twist, fixed to the base.
        position: (3,) [m].
        quaternion: (4,) xyzw.
        v: forward speed [m/s].
        w: yaw rate [rad/s].
    """

    stamp_ns: int
    frame: str
    child_frame: str
    position: Floats
    quaternion: Floats
    v: float
    w: float


@dataclass(frozen=True)
class DetectionsSample:
    """People as a detector sees them in one sweep, without identity (geometry_msgs/PoseArray).

    Attributes:
        stamp_ns: acquisition.
        frame: frame of the positions.
        positions: (people, 2) [m].
    """

    stamp_ns: int
    frame: str
    positions: Floats


@dataclass(frozen=True)
class PeopleSample:
    """Tracked people (policy_stack/TrackedPersons).

    Attributes:
        stamp_ns: time the positions hold at.
        frame: frame of positions and velocities.
        ids: (people,) int64, stable over a track's life.
        positions: (people, 2) [m].
        velocities: (people, 2) [m/s].
        radii: (people,) [m].
    """

    stamp_ns: int
    frame: str
    ids: NDArray[np.int64]
    positions: Floats
    velocities: Floats
    radii: Floats


@dataclass(frozen=True)
class GoalSample:
    """Where to go (policy_stack/TaskGoal of task 'navigate').

    Attributes:
        stamp_ns: when it was set.
        frame: frame of the position.
        position: (2,) [m].
        tolerance: reached within this distance [m].
    """

    stamp_ns: int
    frame: str
    position: Floats
    tolerance: float


@dataclass(frozen=True)
class TwistSample:
    """A proposed or admitted velocity of a base (geometry_msgs/TwistStamped).

    Attributes:
        stamp_ns: stamp of the observation that it answers.
        frame: frame of the velocity, fixed to the base.
        linear: (3,) [m/s].
        angular: (3,) [rad/s].
    """

    stamp_ns: int
    frame: str
    linear: Floats
    angular: Floats

    @classmethod
    def planar(cls, stamp_ns: int, frame: str, v: float, w: float) -> 'TwistSample':
        """Build the twist of a base that drives forward with v and turns with w."""
        return cls(stamp_ns, frame, np.array([v, 0.0, 0.0]), np.array([0.0, 0.0, w]))
