"""Casts the beams of a lidar that turns about an upright axis.

A ray's way on the ground does not depend on its elevation, so that entering and leaving a solid
is found once for each direction; then its height there decides whether the beam hits a side, the
top or the bottom, or passes above or below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import radians
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.lidar.solids import Floats, Solids, block_spans, ellipse_spans

GROUND_REFLECTIVITY = 0.3


@dataclass(frozen=True)
class LidarModel:
    """What a lidar measures, and how badly.

    Attributes:
        beams: number of them, evenly spread over the elevations.
        elevations: lowest and highest beam [rad].
        directions: measurements in a turn.
        height: of its centre above the ground [m].
        least_range: nothing nearer is seen [m].
        max_range: nothing farther is seen [m].
        noise: of a range, standard deviation [m].
        dropout: share of measurements that do not come back.
    """

    beams: int = 16
    elevations: tuple[float, float] = field(default=(radians(-15), radians(15)))
    directions: int = 900
    height: float = 0.5
    least_range: float = 0.2
    max_range: float = 30.0
    noise: float = 0.02
    dropout: float = 0.02

    def __post_init__(self) -> None:
        """Refuse a lidar that measures nothing.

        Raises:
            ValueError: with the sentence.
        """
        low, high = self.elevations
        if self.beams < 2 or self.directions < 4 or not -1.5 < low < high < 1.5:
            raise ValueError(
                f'{self.beams} beams of {low:.2f} to {high:.2f} rad in {self.directions} '
                'directions: give at least 2 beams of rising elevation within 1.5 rad of the '
                'horizon, and 4 directions.'
            )


class Sweep(NamedTuple):
    """What one turn measured.

    Attributes:
        points: (n, 4) x, y, z over the ground [m], intensity 0 to 1; by direction, then beam.
        solid: (n,) which solid each point lies on, columns first, then blocks; -1 the ground.
    """

    points: Floats
    solid: NDArray[np.int64]


def sweep(model: LidarModel, solids: Solids, draws: np.random.Generator) -> Sweep:
    """Measure one turn.

    Args:
        model: of the lidar.
        solids: round it, in the frame of a robot whose lidar stands over the origin.
        draws: noise.
    """
    azimuth = np.arange(model.directions) * (2 * np.pi / model.directions)
    directions = np.stack((np.cos(azimuth), np.sin(azimuth)), 1)
    elevation = np.linspace(*model.elevations, model.beams)
    distance, solid = _nearest(model, solids, directions, np.tan(elevation))
    distance = distance + draws.normal(0, model.noise, distance.shape) * np.cos(elevation)
    length = distance / np.cos(elevation)
    there = (length >= model.least_range) & (length <= model.max_range)
    there &= draws.random(distance.shape) >= model.dropout
    at, beam = np.nonzero(there)
    reach = distance[at, beam]
    height = model.height + reach * np.tan(elevation)[beam]
    flat = directions[at] * reach[:, None]
    hit = solid[at, beam]
    shades = np.concatenate((solids.columns[:, 7], solids.blocks[:, 7], [GROUND_REFLECTIVITY]))
    points = np.column_stack((flat, height, shades[hit]))
    return Sweep(points.astype(np.float32), hit)


def _nearest(
    model: LidarModel, solids: Solids, directions: Floats, slope: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """Distance on the ground of what each ray hits first, and which solid that is.

    Returns:
        both (directions, beams); the distance is inf where nothing is hit; the ground is solid -1.
    """
    spans = [
        (ellipse_spans(directions, solids.columns), solids.columns),
        (block_spans(directions, solids.blocks), solids.blocks),
    ]
    enter = np.concatenate([span[0] for span, _ in spans], 1)[:, None].astype(np.float32)
    leave = np.concatenate([span[1] for span, _ in spans], 1)[:, None].astype(np.float32)
    forms = np.concatenate([forms for _, forms in spans]).astype(np.float32)
    bottom, top = forms[:, 5] - model.height, forms[:, 6] - model.height
    rise = slope[:, None].astype(np.float32)
    with np.errstate(divide='ignore', invalid='ignore'):
        at_side = enter * rise
        beside = (at_side >= bottom) & (at_side <= top) & (enter > 0)
        # through the top from above, or through the bottom from below
        lid = np.where(rise < 0, top, bottom) / rise
        capped = (lid > np.fmax(enter, 0)) & (lid < leave) & (at_side > top) & (rise < 0)
        capped |= (lid > np.fmax(enter, 0)) & (lid < leave) & (at_side < bottom) & (rise > 0)
        hit = np.where(beside, enter, np.where(capped, lid, np.inf))
        ground = np.where(slope < 0, -model.height / slope, np.inf)
    if not len(forms):
        nearest = np.broadcast_to(ground, (len(directions), len(slope)))
        return nearest.astype(float), np.full(nearest.shape, -1)
    first = hit.argmin(-1)
    distance = np.take_along_axis(hit, first[..., None], -1)[..., 0]
    solid = np.where(distance < ground, first, -1)
    return np.minimum(distance, ground).astype(float), solid
