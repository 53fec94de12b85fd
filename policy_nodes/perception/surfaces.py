"""Short pieces of surface: cut from a scan, and seen again from another pose."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.perception.scan_directions import DIRECTIONS, SPACING, Layout, Rays

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

UNIT_X = np.cos(np.arange(DIRECTIONS) * SPACING)
UNIT_Y = np.sin(np.arange(DIRECTIONS) * SPACING)
STEEP = 4.0  # neighbouring hits lie on one surface up to this slope of range over arc


class Sightings(NamedTuple):
    """Which pieces are met in which directions; one row a meeting.

    Attributes:
        piece: index of the piece.
        direction: 0..179.
        range: [m].
    """

    piece: Rows
    direction: Rows
    range: Floats


def cut(rays: Rays, usable: Mask, layout: Layout, most: int) -> tuple[Floats, Floats]:
    """Cut what a scan hits into pieces of surface.

    A piece leads from its hit to the next one if both lie on one surface, otherwise half way
    there at the same range.

    Args:
        rays: of a scan.
        usable: (rays,) hits to take.
        layout: of the scanner.
        most: greatest number of pieces.

    Returns:
        Start and end (pieces, 2) in the base frame [m].
    """
    step = math.ceil(len(rays.ranges) / most)
    ranges, good = rays.ranges[::step], usable[::step]
    directions = np.stack((layout.cosine, layout.sine), axis=1)[::step]
    arc = abs(layout.increment) * step
    ahead = np.roll(ranges, -1)
    turn = np.roll(directions, -1, axis=0)
    beside = (directions * turn).sum(1) >= math.cos(1.01 * arc)
    with np.errstate(invalid='ignore'):
        level = np.abs(ahead - ranges) <= STEEP * arc * np.minimum(ahead, ranges)
    joined = level & beside & np.roll(good, -1)
    half = 0.5 * layout.increment * step
    c, s = math.cos(half), math.sin(half)
    x, y = directions[:, 0], directions[:, 1]
    halfway = np.stack((c * x - s * y, s * x + c * y), axis=1)
    start = ranges[:, None] * directions
    end = np.where(joined[:, None], np.roll(start, -1, axis=0), ranges[:, None] * halfway)
    return start[good], end[good]


def sight(start: Floats, end: Floats) -> Sightings:
    """Look for pieces in all directions; a piece may be met in many, one or none.

    Args:
        start: (pieces, 2) in the base frame [m].
        end: (pieces, 2) in the base frame [m].
    """
    first = np.arctan2(start[:, 1], start[:, 0]) / SPACING
    last = np.arctan2(end[:, 1], end[:, 0]) / SPACING
    half = DIRECTIONS / 2
    width = np.remainder(last - first + half, DIRECTIONS) - half
    low = np.where(width >= 0, first, last)
    begin = np.ceil(low)
    count = (np.floor(low + np.abs(width)) - begin + 1).astype(np.intp)
    piece = np.repeat(np.arange(len(count)), count)
    rank = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    direction = np.remainder(begin[piece].astype(np.intp) + rank, DIRECTIONS)
    ux, uy = UNIT_X[direction], UNIT_Y[direction]
    x, y = start[piece].T
    dx, dy = (end - start)[piece].T
    across = ux * dy - uy * dx
    # a piece seen end on has no crossing; its start is as good as any point of it
    plain = np.abs(across) > 1e-9
    crossing = (x * dy - y * dx) / np.where(plain, across, 1.0)
    return Sightings(piece, direction, np.where(plain, crossing, ux * x + uy * y))
