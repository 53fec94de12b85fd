"""Bodies of walking people, as a lidar sees them: legs that swing, trunk, arms, head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.lidar.solids import FORM, Floats, Solids

STRIDE = 0.75  # [m] a step is long
SWING = 0.22  # [m] a foot is at most ahead of or behind the trunk
STANCE = 0.05  # [m] standing legs are apart from the middle, to the front and back
FULL_STRIDE_SPEED = 0.8  # [m/s] from here on strides have full length


@dataclass(frozen=True)
class Builds:
    """How people are built; one entry each.

    Attributes:
        height: (people,) [m].
        width: (people,) half of the shoulders' [m].
        depth: (people,) half of the chest's [m].
        cloth: (people,) reflectivity 0 to 1.
        phase: (people,) of the stride at distance 0 [rad].
        skirt: (people,) wear something wide, so that legs are one.
    """

    height: Floats
    width: Floats
    depth: Floats
    cloth: Floats
    phase: Floats
    skirt: NDArray[np.bool_]


def draw_builds(count: int, draws: np.random.Generator) -> Builds:
    """Draw how many people are built, children among them."""
    child = draws.random(count) < 0.1
    height = np.where(child, draws.uniform(1.1, 1.5, count), draws.normal(1.72, 0.09, count))
    size = height / 1.72
    return Builds(
        height=height,
        width=draws.uniform(0.19, 0.26, count) * size,
        depth=draws.uniform(0.11, 0.17, count) * size,
        cloth=draws.uniform(0.05, 0.8, count),
        phase=draws.uniform(0, 2 * np.pi, count),
        skirt=draws.random(count) < 0.15,
    )


def bodies(
    place: Floats, heading: Floats, speed: Floats, walked: Floats, builds: Builds
) -> Solids:
    """Build people out of columns.

    Args:
        place: (people, 2) [m].
        heading: (people,) [rad].
        speed: (people,) [m/s].
        walked: (people,) way they have come, which moves their legs [m].
        builds: how they are built.

    Returns:
        eight columns a person.
    """
    count = len(place)
    ahead = np.stack((np.cos(heading), np.sin(heading)), 1)
    left = np.stack((-ahead[:, 1], ahead[:, 0]), 1)
    swing = np.minimum(speed / FULL_STRIDE_SPEED, 1.0) * SWING
    turn = np.sin(builds.phase + walked * np.pi / STRIDE)
    leg = np.where(builds.skirt, 0.3, 1.0) * np.maximum(swing, STANCE) * turn
    hip, knee = 0.48 * builds.height, 0.27 * builds.height
    side = np.where(builds.skirt, 0.06, 0.09) * builds.height / 1.72
    thick = np.where(builds.skirt, 0.13, 0.075) * builds.height / 1.72
    rows = []
    for sign in (1, -1):
        for share, low, high in ((1.0, 0 * hip, knee), (0.5, knee, hip)):
            foot = place + left * (sign * side)[:, None] + ahead * (sign * share * leg)[:, None]
            rows.append(_column(foot, thick, thick * (0.8 if share == 1 else 1), low, high))
        arm = place + left * (sign * (builds.width + 0.04))[:, None]
        arm -= ahead * (sign * 0.6 * leg)[:, None]
        narrow = 0.045 * builds.height / 1.72
        rows.append(_column(arm, narrow, narrow, 0.42 * builds.height, 0.8 * builds.height))
    rows.append(_column(place, builds.depth, builds.width, hip, 0.84 * builds.height))
    head = 0.09 * builds.height / 1.72
    rows.append(_column(place, head, head, 0.84 * builds.height, builds.height))
    columns = np.stack(rows)  # (8, people, 8)
    columns[..., 4] = heading
    columns[..., 7] = builds.cloth
    return Solids(columns.reshape(-1, FORM), np.zeros((0, FORM))) if count else Solids.of()


def _column(place: Floats, a: Floats, b: Floats, low: Floats, high: Floats) -> Floats:
    """Rows (people, 8) with yaw and reflectivity left open."""
    blank = np.zeros(len(place))
    return np.column_stack((place, a, b, blank, low, high, blank))
