"""How fast the base may go along its arc so that it can still brake before what lies on it.

The base is a disc that drives a circular arc of constant v and w. A point stops it only if the
disc would sweep over it; what stands beside the path, behind it, or is already being left does
not count.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STRAIGHT = 1e-3  # yaw rate over speed below which the arc counts as a line [1/m]


def distance_to_contact(
    x: Floats, y: Floats, v: float, w: float, radius: float, graze: float = 0.005
) -> Floats:
    """Path length until the disc touches each point.

    Args:
        x: (points,) in the base frame [m].
        y: (points,) in the base frame [m].
        v: forward speed, not 0 [m/s].
        w: yaw rate [rad/s].
        radius: of the disc [m].
        graze: a point inside the disc counts if the motion brings it nearer by more [m].

    Returns:
        (points,) [m], at least 0; infinite where the disc never touches.
    """
    # driving backward is driving forward in the frame turned by half a turn
    ahead, aside = (x, y) if v > 0 else (-x, -y)
    ways = np.full(len(x), np.inf)
    curvature = w / abs(v)
    if abs(curvature) < STRAIGHT:
        nearest = np.abs(aside)
        touched = np.flatnonzero((nearest < radius) & (ahead > 0))
        ways[touched] = ahead[touched] - np.sqrt(radius * radius - aside[touched] ** 2)
    else:
        turn = 1.0 / abs(curvature)
        # mirrored so that the arc bends left round (0, turn)
        side = turn - (aside if curvature > 0 else -aside)
        to_centre = np.hypot(ahead, side)
        nearest = np.abs(to_centre - turn)
        touched = np.flatnonzero((nearest <= radius) & (to_centre > 0))
        out = to_centre[touched]
        cosine = (turn * turn + out * out - radius * radius) / (2.0 * turn * out)
        # a disc that always holds the centre of its arc never comes to touch it
        lead = np.arccos(np.where(np.abs(cosine) <= 1.0, cosine, np.nan))
        bearing = np.remainder(np.arctan2(ahead[touched], side[touched]), 2.0 * math.pi)
        reached = (bearing - lead) * turn
        ways[touched] = np.where(np.isnan(reached), np.inf, reached)
    np.maximum(ways, 0.0, out=ways)
    inside = np.flatnonzero(x * x + y * y <= radius * radius)
    if len(inside):
        leaves = nearest[inside] >= np.hypot(x[inside], y[inside]) - graze
        ways[inside] = np.where((ahead[inside] > 0) & ~leaves, 0.0, np.inf)
    return ways


def braking_speed(distance: float, deceleration: float, reaction_time: float) -> float:
    """Greatest speed [m/s] from which the base rests within a distance.

    Args:
        distance: free way [m].
        deceleration: [m/s^2].
        reaction_time: time that passes before it brakes [s].
    """
    if distance <= 0:
        return 0.0
    lost = deceleration * reaction_time
    return math.sqrt(lost * lost + 2.0 * deceleration * distance) - lost


class Approach:
    """The approach model of one base."""

    def __init__(
        self,
        *,
        radius: float = 0.18,
        side_margin: float = 0.0,
        stand_off: float = 0.05,
        reaction_time: float = 0.1,
        deceleration: float = 0.9,
        time_to_contact: float = 0.0,
        least_scale: float = 0.1,
        min_points: int = 1,
    ) -> None:
        """Set up the model.

        Args:
            radius: of the base [m].
            side_margin: what passes nearer beside the path counts as on it [m].
            stand_off: distance left when the base has come to rest [m].
            reaction_time: from a scan to the first effect of a command [s].
            deceleration: that the base reaches for certain [m/s^2].
            time_to_contact: keep at least this time to contact as well [s]; 0 asks for none.
            least_scale: below this share of the proposal the base stops instead of creeping.
            min_points: so many points must lie that near before they count.
        """
        self.radius = radius
        self.side_margin = side_margin
        self.stand_off = stand_off
        self.reaction_time = reaction_time
        self.deceleration = deceleration
        self.time_to_contact = time_to_contact
        self.least_scale = least_scale
        self.min_points = min_points

    def needed(self, v: float, scan_age: float = 0.0) -> float:
        """Free way on the arc [m] that a command of speed v [m/s] asks for; see `scale`."""
        speed = abs(v)
        reaction = self.reaction_time + max(0.0, scan_age)
        stopping = speed * reaction + speed * speed / (2.0 * self.deceleration)
        return max(stopping, speed * self.time_to_contact) + self.stand_off

    def scale(
        self, x: Floats, y: Floats, distance: Floats, v: float, w: float, scan_age: float = 0.0
    ) -> tuple[float, float]:
        """Share of a command that can be let through.

        Args:
            x: (points,) in the base frame, nearest points first [m].
            y: (points,) in the base frame [m].
            distance: (points,) from the base origin, ascending [m].
            v: forward speed [m/s].
            w: yaw rate [rad/s].
            scan_age: age of the points when the command is sent [s].

        Returns:
            The share in [0, 1], and the free way on the arc [m].
        """
        if v == 0:
            return 1.0, math.inf
        speed = abs(v)
        reaction = self.reaction_time + max(0.0, scan_age)
        swept = self.radius + self.side_margin
        needed = self.needed(v, scan_age)
        near = int(np.searchsorted(distance, needed + swept, side='right'))
        if near < self.min_points:
            return 1.0, math.inf
        ways = distance_to_contact(x[:near], y[:near], v, w, swept)
        way = float(np.partition(ways, self.min_points - 1)[self.min_points - 1])
        free = way - self.stand_off
        if free >= needed - self.stand_off:
            return 1.0, way
        allowed = braking_speed(free, self.deceleration, reaction)
        if self.time_to_contact > 0:
            allowed = min(allowed, max(0.0, free) / self.time_to_contact)
        scale = min(1.0, allowed / speed)
        return (scale if scale >= self.least_scale else 0.0), way
