"""Barriers round everything near the base, and how fast a command lowers them.

The height of a barrier is the free distance between something and a disc that holds the body.
Its centre lies `lead` before the centre of the base, on the side it drives to, and its radius is
larger by the same, so it holds the body whatever the yaw. A disc about the centre itself would
not feel the yaw rate: nothing could be steered round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.arcs import arc_positions
from policy_nodes.safety.people_in_base import PeopleInBase
from policy_nodes.safety.scan_points import ScanPoints

Floats = NDArray[np.float64]

TINY = 1e-6  # [m]; keeps the direction to a point in the centre defined
SHARES = np.array([0.5, 1.0])  # of the time ahead that heights are looked at


@dataclass(frozen=True)
class Around:
    """What is near the base, in the base frame.

    Attributes:
        positions: (n, 2) [m].
        velocities: (n, 2) over ground [m/s].
        reach: (n,) centre of the disc to contact [m].
    """

    positions: Floats
    velocities: Floats
    reach: Floats

    def heights(self, lead: float) -> Floats:
        """Free distance (n,) to the disc whose centre is `lead` ahead [m]."""
        away = self.positions - (lead, 0.0)
        return np.asarray(np.hypot(away[:, 0], away[:, 1]) - self.reach)

    def rates(self, lead: float) -> tuple[Floats, Floats]:
        """How heights change: (n, 2) by v [1] and w [m/rad], and (n,) by themselves [m/s]."""
        away = self.positions - (lead, 0.0)
        distance = np.maximum(np.hypot(away[:, 0], away[:, 1]), TINY)
        normal = away / distance[:, None]
        # what stands at (x, y) moves by (-v + w y, -w x) as seen from the base
        turning = normal[:, 0] * self.positions[:, 1] - normal[:, 1] * self.positions[:, 0]
        by_command = np.stack((-normal[:, 0], turning), axis=-1)
        return by_command, (normal * self.velocities).sum(axis=1)

    def heights_after(self, v: float, w: float, time: float, lead: float) -> Floats:
        """Least height (n,) [m] on the way through `time` [s] of v [m/s], w [rad/s]."""
        times = SHARES * time
        centre = arc_positions(v, w, times)
        heading = w * times
        centre = centre + lead * np.stack((np.cos(heading), np.sin(heading)), axis=-1)
        moved = self.positions[:, None] + self.velocities[:, None] * times[:, None]
        away = moved - centre
        distance = np.hypot(away[..., 0], away[..., 1])
        return np.asarray(distance.min(axis=1) - self.reach)

    def pick(self, which: NDArray[np.integer] | NDArray[np.bool_]) -> Around:
        """Some of it."""
        return Around(self.positions[which], self.velocities[which], self.reach[which])


def points_around(points: ScanPoints, reach: float, within: float) -> Around:
    """Scan points as things that stand.

    Args:
        points: of the newest scan.
        reach: centre of the disc to contact [m].
        within: farther points are left out [m].
    """
    near = int(np.searchsorted(points.distance, within, side='right'))
    positions = np.stack((points.x[:near], points.y[:near]), axis=-1)
    return Around(positions, np.zeros((near, 2)), np.full(near, reach))


def people_around(people: PeopleInBase, reach: float) -> Around:
    """Tracked people as things that walk on as they do."""
    return Around(people.positions, people.velocities, people.radii + reach)


def nearest_by_sector(around: Around, sectors: int) -> NDArray[np.integer]:
    """Index of the first of each sector round the base; give what is nearest first."""
    bearing = np.arctan2(around.positions[:, 1], around.positions[:, 0])
    sector = np.floor((bearing + np.pi) * (sectors / (2.0 * np.pi))).astype(np.int64)
    return np.asarray(np.unique(np.minimum(sector, sectors - 1), return_index=True)[1])
