"""Boxes on the ground: how much of them overlap, and which of several on one spot to keep.

A box is (x, y, length, width, heading) [m, rad]; the length lies along the heading.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CORNERS = np.array(((1, 1), (-1, 1), (-1, -1), (1, -1))) / 2  # counter-clockwise
_TOLERANCE = 1e-9


def corners(boxes: Floats) -> Floats:
    """Corners of boxes (..., 5), counter-clockwise: (..., 4, 2)."""
    cos, sin = np.cos(boxes[..., 4]), np.sin(boxes[..., 4])
    turn = np.stack((np.stack((cos, -sin), -1), np.stack((sin, cos), -1)), -2)
    local = _CORNERS * boxes[..., None, 2:4]
    return local @ np.swapaxes(turn, -1, -2) + boxes[..., None, :2]


def overlap_area(one: Floats, other: Floats) -> Floats:
    """Area that each box of one list shares with the one beside it in the other.

    The corners of what is shared are the corners of either box in the other and the crossings of
    their sides.

    Args:
        one: boxes (pairs, 5).
        other: boxes (pairs, 5).

    Returns:
        (pairs,) [m^2].
    """
    first, second = corners(one), corners(other)
    crossings, crossed = _crossings(first, second)
    points = np.concatenate((first, second, crossings), 1)
    known = np.concatenate((_inside(first, other), _inside(second, one), crossed), 1)
    count = np.maximum(known.sum(1), 1)
    middle = np.where(known[..., None], points, 0).sum(1) / count[:, None]
    spokes = points - middle[:, None]
    # what is not a corner of the shared area is laid upon one that is
    spokes = np.where(
        known[..., None], spokes, spokes[np.arange(len(spokes)), known.argmax(1)][:, None]
    )
    order = np.arctan2(spokes[..., 1], spokes[..., 0]).argsort(1)
    around = np.take_along_axis(spokes, order[..., None], 1)
    after = np.roll(around, -1, 1)
    area = 0.5 * (around[..., 0] * after[..., 1] - around[..., 1] * after[..., 0]).sum(1)
    return np.where(known.any(1), np.maximum(area, 0), 0)


def overlap_over_union(one: Floats, other: Floats) -> Floats:
    """Shared area over joint area of boxes beside each other in two lists (pairs, 5): (pairs,)."""
    shared = overlap_area(one, other)
    joint = one[:, 2] * one[:, 3] + other[:, 2] * other[:, 3] - shared
    return shared / np.maximum(joint, _TOLERANCE)


def keep_best(boxes: Floats, scores: Floats, threshold: float) -> NDArray[np.intp]:
    """Leave out every box that overlaps a better one (non-maximum suppression).

    Args:
        boxes: (count, 5).
        scores: the higher the better (count,).
        threshold: of shared over joint area, above which the worse box is left out.

    Returns:
        indices of those to keep, best first.
    """
    order = np.argsort(-scores, kind='stable')
    boxes = boxes[order]
    reach = np.hypot(boxes[:, 2], boxes[:, 3]) / 2
    apart = np.hypot(*(boxes[:, None, :2] - boxes[None, :, :2]).transpose(2, 0, 1))
    better, worse = np.nonzero(np.triu(apart < reach[:, None] + reach[None], 1))
    over = overlap_over_union(boxes[better], boxes[worse]) > threshold
    rivals: list[list[int]] = [[] for _ in boxes]
    for good, bad in zip(better[over], worse[over], strict=True):
        rivals[good].append(bad)
    kept = np.ones(len(boxes), bool)
    for at, losers in enumerate(rivals):
        if kept[at]:
            kept[losers] = False
    return order[kept]


def _inside(points: Floats, boxes: Floats) -> NDArray[np.bool_]:
    """Which points (pairs, n, 2) lie in the box beside them, its sides included."""
    offset = points - boxes[:, None, :2]
    cos, sin = np.cos(boxes[:, None, 4]), np.sin(boxes[:, None, 4])
    along = offset[..., 0] * cos + offset[..., 1] * sin
    across = offset[..., 1] * cos - offset[..., 0] * sin
    half = boxes[:, None, 2:4] / 2 + _TOLERANCE
    return (np.abs(along) <= half[..., 0]) & (np.abs(across) <= half[..., 1])


def _crossings(first: Floats, second: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Where the sides of two lists of boxes cross: (pairs, 16, 2), and which of them do."""
    start, way = first[:, :, None], (np.roll(first, -1, 1) - first)[:, :, None]
    begin, run = second[:, None], (np.roll(second, -1, 1) - second)[:, None]
    steep = way[..., 0] * run[..., 1] - way[..., 1] * run[..., 0]
    apart = begin - start
    parallel = np.abs(steep) < _TOLERANCE
    steep = np.where(parallel, 1, steep)
    at = (apart[..., 0] * run[..., 1] - apart[..., 1] * run[..., 0]) / steep
    where = (apart[..., 0] * way[..., 1] - apart[..., 1] * way[..., 0]) / steep
    crossed = ~parallel & (at >= 0) & (at <= 1) & (where >= 0) & (where <= 1)
    points = start + at[..., None] * way
    return points.reshape(-1, 16, 2), crossed.reshape(-1, 16)
