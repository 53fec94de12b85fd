"""What an episode's recording holds, as arrays: one small form for each kind of message.

Times are seconds of the node clock since `zero_ns`; positions are in the world frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Motion:
    """Where the robot was and how it moved (nav_msgs/Odometry).

    Attributes:
        time: (n,) [s].
        pose: (n, 3) x, y [m], yaw [rad].
        twist: (n, 2) v [m/s], w [rad/s].
    """

    time: Floats
    pose: Floats
    twist: Floats


@dataclass(frozen=True)
class Commands:
    """Twists of one topic (geometry_msgs/TwistStamped).

    Attributes:
        time: (n,) stamp: the observation that the twist answers, or when it was decided [s].
        twist: (n, 2) v [m/s], w [rad/s].
        stamp_ns: (n,) int64, the stamp as it is.
        logged_ns: (n,) int64, receipt by the recorder's clock.
    """

    time: Floats
    twist: Floats
    stamp_ns: NDArray[np.int64]
    logged_ns: NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """People at one moment (policy_stack/TrackedPersons).

    Attributes:
        time: [s].
        ids: (people,) int64.
        positions: (people, 2) [m].
        radii: (people,) [m].
        unseen: (people,) bool, predicted only.
    """

    time: float
    ids: NDArray[np.int64]
    positions: Floats
    radii: Floats
    unseen: NDArray[np.bool_]


@dataclass(frozen=True)
class Scan:
    """One scan (sensor_msgs/LaserScan).

    Attributes:
        time: [s].
        frame: frame of the angles.
        angle_min: of ray 0 [rad].
        angle_increment: between rays [rad].
        range_max: farthest valid range [m].
        ranges: (rays,) float32 [m].
    """

    time: float
    frame: str
    angle_min: float
    angle_increment: float
    range_max: float
    ranges: NDArray[np.float32]

    def points(self, pose: Floats) -> Floats:
        """Return the hits (n, 2) [m] of a scan taken at pose (3,), in the frame of the pose."""
        angles = self.angle_min + self.angle_increment * np.arange(len(self.ranges)) + pose[2]
        hit = np.isfinite(self.ranges) & (self.ranges < self.range_max)
        reach = self.ranges[hit].astype(np.float64)
        directions = np.stack((np.cos(angles[hit]), np.sin(angles[hit])), axis=1)
        return pose[:2] + reach[:, None] * directions


@dataclass(frozen=True)
class Safety:
    """What the safety controller decided (policy_stack/SafetyState).

    Attributes:
        time: (n,) [s].
        level: (n,) int, the rungs of SafetyState.
        reasons: codes, strongest first, for each decision.
        sources: what the first reason names, for each decision.
        tick_ms: (n,) time that the decision took [ms].
    """

    time: Floats
    level: NDArray[np.int64]
    reasons: list[tuple[str, ...]]
    sources: list[str]
    tick_ms: Floats


@dataclass(frozen=True)
class Inference:
    """How the policy did (policy_stack/PolicyStatus).

    Attributes:
        time: (n,) [s].
        inference_ms: (n,) of each action [ms].
        missing: observation terms that were absent or stale, for each action.
    """

    time: Floats
    inference_ms: Floats
    missing: list[tuple[str, ...]]


@dataclass(frozen=True)
class Obstacles:
    """What stands in the world and can be hit.

    Attributes:
        boxes: (boxes, 4, 2) corners in order [m].
        discs: (discs, 3) x, y, radius [m].
        segments: (segments, 4) x1, y1, x2, y2 [m].
    """

    boxes: Floats
    discs: Floats
    segments: Floats

    @property
    def known(self) -> bool:
        """Whether there is any."""
        return bool(len(self.boxes) + len(self.discs) + len(self.segments))


NO_OBSTACLES = Obstacles(np.zeros((0, 4, 2)), np.zeros((0, 3)), np.zeros((0, 4)))
