"""A guess at what lies in directions that nobody measured, from the surfaces beside them."""

import numpy as np
from numpy.typing import NDArray

from policy_nodes.perception.scan_directions import DIRECTIONS, FARTHEST, SPACING

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

STEEP = 3.0  # neighbouring directions show one surface up to this slope of range over arc
CORNER = 0.2  # surfaces on both sides meet if their ranges differ by at most this share


def bridge(ranges: Floats) -> Floats:
    """Fill gaps as if the flat surfaces on both sides went on into them.

    Where both sides are about equally far, the surfaces meet in a corner and the nearer one is
    seen. Otherwise the near one is an object in front, and the far one goes on behind it.

    Args:
        ranges: (180,) around the robot [m]; NaN in the gaps.

    Returns:
        (180,) [m], at most 25, which also fills a scan that knows nothing.
    """
    known = np.flatnonzero(~np.isnan(ranges))
    if not len(known):
        return np.full(DIRECTIONS, FARTHEST)
    gap = np.flatnonzero(np.isnan(ranges))
    after = np.searchsorted(known, gap)
    right, left = known[after - 1], known[after % len(known)]
    from_right = _extended(ranges, right, -1, np.remainder(gap - right, DIRECTIONS))
    from_left = _extended(ranges, left, 1, np.remainder(left - gap, DIRECTIONS))
    near, far = np.minimum(ranges[right], ranges[left]), np.maximum(ranges[right], ranges[left])
    behind = np.where(ranges[right] > ranges[left], from_right, from_left)
    meet = far - near <= CORNER * near
    guess = np.where(meet, np.minimum(from_right, from_left), behind)
    filled = ranges.copy()
    filled[gap] = np.where(np.isfinite(guess), guess, far)
    return np.minimum(filled, FARTHEST)


def _extended(ranges: Floats, edge: Rows, outward: int, steps: Rows) -> Floats:
    """Range (n,) of the surface at an edge of a gap, some directions into the gap [m].

    It is infinite where a flat surface is never met, and constant where the edge is not flat.

    Args:
        ranges: (180,) [m]; NaN in the gaps.
        edge: (n,) direction at the edge.
        outward: 1 or -1, the way out of the gap.
        steps: (n,) directions from the edge into the gap.
    """
    here, beside = ranges[edge], ranges[np.remainder(edge + outward, DIRECTIONS)]
    # along a straight line the reciprocal of the range is a sine of the direction
    inward = steps * SPACING
    # a range of 0 makes no sense of this, and is not flat below
    with np.errstate(divide='ignore', invalid='ignore'):
        reciprocal = np.sin(SPACING + inward) / here - np.sin(inward) / beside
    flat = np.abs(here - beside) < STEEP * SPACING * np.minimum(here, beside)
    met = np.where(reciprocal > 0, np.sin(SPACING) / np.maximum(reciprocal, 1e-9), np.inf)
    return np.where(flat, met, here)  # not flat where the neighbour is a gap, too
