"""The exact quadratic programme of two variables: the point nearest to another in half planes.

Rows are taken in one after the other. A row that the point keeps changes nothing; after one that
it breaks, the nearest point lies on the line of that row, where finding it takes one look at the
rows before. So n rows take at most n looks at n rows, the answer is exact, and whether there is
one is known for certain: no tolerance to tune, no number of iterations to run out of.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SLACK = 1e-9  # rows of unit length may be broken by this


def nearest_within(wanted: Floats, normals: Floats, bounds: Floats) -> Floats | None:
    """Find the point nearest to a wanted one that keeps normals @ point >= bounds.

    Args:
        wanted: (2,).
        normals: (rows, 2), of any length; a row of length 0 asks only that its bound is at
            most 0.
        bounds: (rows,).

    Returns:
        (2,), or None if no point keeps all rows.
    """
    length = np.hypot(normals[:, 0], normals[:, 1])
    flat = length <= SLACK
    if (bounds[flat] > SLACK).any():
        return None
    a = normals[~flat] / length[~flat, None]
    b = bounds[~flat] / length[~flat]
    point = wanted
    row = 0
    while True:
        broken = np.flatnonzero(a[row:] @ point < b[row:] - SLACK)
        if not len(broken):
            return point
        row += int(broken[0])
        found = _nearest_on_line(wanted, a[row], float(b[row]), a[:row], b[:row])
        if found is None:
            return None
        point = found
        row += 1


def _nearest_on_line(
    wanted: Floats, normal: Floats, bound: float, a: Floats, b: Floats
) -> Floats | None:
    """The nearest point of normal @ point = bound, a unit normal, that keeps a @ point >= b."""
    foot = wanted + (bound - float(normal @ wanted)) * normal
    along = np.array([-normal[1], normal[0]])
    slope, missing = a @ along, b - a @ foot
    level = np.abs(slope) <= SLACK
    if (missing[level] > SLACK).any():
        return None
    rising, falling = slope > SLACK, slope < -SLACK
    least = float((missing[rising] / slope[rising]).max(initial=-math.inf))
    most = float((missing[falling] / slope[falling]).min(initial=math.inf))
    if least > most + SLACK:
        return None
    return np.asarray(foot + min(max(0.0, least), most) * along)
