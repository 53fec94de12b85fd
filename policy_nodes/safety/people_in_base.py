"""Tracked people as seen from the base."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import BaseSample, PeopleSample
from policy_nodes.geometry.frames import rotate, yaw_from_quaternion
from policy_nodes.safety.arcs import arc_position

Floats = NDArray[np.float64]
NANO = 1_000_000_000


@dataclass(frozen=True)
class PeopleInBase:
    """People around the base.

    Attributes:
        positions: (people, 2) in the base frame [m].
        velocities: (people, 2) over ground, in the base frame [m/s].
        radii: (people,) [m].
    """

    positions: Floats
    velocities: Floats
    radii: Floats

    def cover(
        self, x: Floats, y: Floats, margin: float, walking_speed: float
    ) -> NDArray[np.bool_]:
        """Which points (n,), (n,) [m] lie on people who walk faster than walking_speed [m/s]."""
        walking = np.hypot(self.velocities[:, 0], self.velocities[:, 1]) > walking_speed
        at, reach = self.positions[walking], self.radii[walking] + margin
        apart = (x - at[:, :1]) ** 2 + (y - at[:, 1:]) ** 2
        return np.asarray((apart <= (reach * reach)[:, None]).any(axis=0), dtype=np.bool_)


def people_in_base(people: PeopleSample, base: BaseSample, at_ns: int) -> PeopleInBase:
    """Carry people and base on to one time and state the people in the base frame.

    Both are taken to go on as they did since their stamps. People are stated in the frame of
    the pose of the base.

    Args:
        people: tracked people.
        base: odometry.
        at_ns: the time.
    """
    yaw = yaw_from_quaternion(base.quaternion)
    since = (at_ns - base.stamp_ns) / NANO
    driven = rotate(np.array(arc_position(base.v, base.w, since)), yaw)
    heading = yaw + base.w * since
    walked = people.positions + people.velocities * ((at_ns - people.stamp_ns) / NANO)
    return PeopleInBase(
        positions=rotate(walked - (base.position[:2] + driven), -heading),
        velocities=rotate(people.velocities, -heading),
        radii=people.radii,
    )
