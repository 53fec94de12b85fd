"""When a gate of the Barkour course is passed, what its obstacles are worth, and its end table.

Distances, sizes and rules are those of the official scorer (google/brax, experimental/barkour).
"""

from __future__ import annotations

import math

from policy_nodes.simulation.barkour.course import Course, Gate, Point

Spot = tuple[float, float]

NEAR = 0.02  # of a gate counts as passing it [m]
STRIDE = 2 * NEAR  # from one sample to the next, from which on the way between them counts [m]
TARGET_SPEED = 1.69  # which nominal sizes are divided by [m/s]
ON_TABLE = 0.5  # from the middle of the end table, along its sides [m]
OFF_TABLE = 0.55  # beyond, the robot has left it again [m]
SIZES = {  # nominal length of the way through each obstacle [m]
    'start_table': 1.0,
    'weave_poles': 6.0,
    'a_frame': 6.0,
    'broad_jump': 4.0,
    'end_table': 1.0,
}


def allotted(kind: str) -> float:
    """Time that a good dog takes for an obstacle [s]."""
    return SIZES[kind] / TARGET_SPEED


def from_table(course: Course, spot: Spot) -> float:
    """How far a base is from the middle of the end table, along the farther side [m]."""
    ahead, left = course.obstacle('end_table').place.from_here(Point(*spot))
    return max(abs(ahead), abs(left))


def passed(gate: Gate, before: Spot, now: Spot) -> bool:
    """Say whether a base that went from one sample to the next passed a gate, in any direction.

    Samples near to each other count by the distance of the later one, others by the way between
    them.
    """
    if math.dist(before, now) >= STRIDE:
        return _cross(before, now, gate.left, gate.right)
    return _distance(now, gate.left, gate.right) < NEAR


def _distance(spot: Spot, start: Spot, end: Spot) -> float:
    """How far a point is from a segment of some length [m]."""
    along = (end[0] - start[0], end[1] - start[1])
    dot = (spot[0] - start[0]) * along[0] + (spot[1] - start[1]) * along[1]
    share = min(max(dot / (along[0] ** 2 + along[1] ** 2), 0.0), 1.0)
    return math.dist(spot, (start[0] + share * along[0], start[1] + share * along[1]))


def _side(start: Spot, end: Spot, spot: Spot) -> int:
    """1 right of a line, -1 left of it, 0 on it."""
    turn = (end[1] - start[1]) * (spot[0] - end[0]) - (end[0] - start[0]) * (spot[1] - end[1])
    return (turn > 0) - (turn < 0)


def _cross(a: Spot, b: Spot, c: Spot, d: Spot) -> bool:
    """Whether two segments meet; those on one line do not."""
    return _side(a, b, c) != _side(a, b, d) and _side(c, d, a) != _side(c, d, b)
