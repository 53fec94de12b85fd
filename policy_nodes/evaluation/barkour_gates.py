"""The gates of the Barkour course, and when one of them is passed.

Places and sizes are those of the official scorer (google/brax, experimental/barkour).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Point = tuple[float, float]

START_TABLE, WEAVE_POLES, A_FRAME = 'start_table', 'weave_poles', 'a_frame'
BROAD_JUMP, END_TABLE = 'broad_jump', 'end_table'

NEAR = 0.02  # of a gate counts as passing it [m]
STRIDE = 2 * NEAR  # from one sample to the next, from which on the way between them counts [m]
TARGET_SPEED = 1.69  # which nominal sizes are divided by [m/s]
ON_TABLE = 0.5  # from the middle of the end table, along its sides [m]
OFF_TABLE = 0.55  # beyond, the robot has left it again [m]


@dataclass(frozen=True)
class Gate:
    """A line that the base has to cross, in whatever direction.

    Attributes:
        left: end on the left in the direction of the course [m].
        right: the other end [m].
    """

    left: Point
    right: Point

    def passed(self, before: Point, now: Point) -> bool:
        """Say whether a base that went from one sample to the next passed.

        Samples near to each other count by the distance of the later one, others by the way
        between them.
        """
        if math.dist(before, now) >= STRIDE:
            return _cross(before, now, self.left, self.right)
        return _distance(now, self.left, self.right) < NEAR


@dataclass(frozen=True)
class Obstacle:
    """One item that is scored.

    Attributes:
        name: such as `weave_poles`.
        size: nominal length of the way through it [m].
        gates: to pass in this order.
    """

    name: str
    size: float
    gates: tuple[Gate, ...]

    @property
    def allotted(self) -> float:
        """Time that a good dog takes [s]."""
        return self.size / TARGET_SPEED

    @property
    def title(self) -> str:
        """Its name in words."""
        return self.name.replace('_', ' ')


@dataclass(frozen=True)
class GatedCourse:
    """A course as the score sees it.

    Attributes:
        obstacles: in the order of the course, the end table last.
        table: middle of the end table and direction of one of its sides: x, y [m], yaw [rad].
    """

    obstacles: tuple[Obstacle, ...]
    table: tuple[float, float, float] = (4.5, -4.5, 0.0)

    @property
    def gates(self) -> int:
        """How many there are."""
        return sum(len(each.gates) for each in self.obstacles)

    @property
    def allotted(self) -> float:
        """Time for all of it [s]."""
        return sum(each.allotted for each in self.obstacles)

    def from_table(self, spot: Point) -> float:
        """How far a base is from the middle of the end table, along the farther side [m]."""
        x, y, yaw = self.table
        dx, dy = spot[0] - x, spot[1] - y
        if yaw:
            cosine, sine = math.cos(yaw), math.sin(yaw)
            dx, dy = cosine * dx + sine * dy, cosine * dy - sine * dx
        return max(abs(dx), abs(dy))


OFFICIAL = GatedCourse(
    (
        Obstacle(START_TABLE, 1.0, (Gate((1.4, 0.0), (1.4, -0.7)),)),
        Obstacle(
            WEAVE_POLES,
            6.0,
            (
                Gate((1.7, 0.0), (1.7, -0.7)),
                Gate((2.5, -0.5), (1.7, -0.7)),
                Gate((2.5, -0.5), (3.2, -0.7)),
                Gate((3.8, -0.5), (3.2, -0.7)),
                Gate((3.8, -0.5), (4.3, -0.7)),
                Gate((5.0, -0.7), (4.3, -0.7)),
            ),
        ),
        Obstacle(
            A_FRAME,
            6.0,
            (
                Gate((4.35, -2.0), (3.65, -1.1)),
                Gate((2.92, -3.0), (2.22, -2.1)),
                Gate((1.5, -4.0), (0.8, -3.1)),
            ),
        ),
        Obstacle(
            BROAD_JUMP,
            4.0,
            (Gate((1.7, -4.0), (1.7, -5.0)), Gate((3.7, -4.0), (3.7, -5.0))),
        ),
        Obstacle(END_TABLE, 1.0, (Gate((4.1, -4.0), (4.1, -5.0)),)),
    )
)


def _distance(spot: Point, start: Point, end: Point) -> float:
    """How far a point is from a segment of some length [m]."""
    along = (end[0] - start[0], end[1] - start[1])
    dot = (spot[0] - start[0]) * along[0] + (spot[1] - start[1]) * along[1]
    share = min(max(dot / (along[0] ** 2 + along[1] ** 2), 0.0), 1.0)
    return math.dist(spot, (start[0] + share * along[0], start[1] + share * along[1]))


def _side(start: Point, end: Point, spot: Point) -> int:
    """1 right of a line, -1 left of it, 0 on it."""
    turn = (end[1] - start[1]) * (spot[0] - end[0]) - (end[0] - start[0]) * (spot[1] - end[1])
    return (turn > 0) - (turn < 0)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two segments meet; those on one line do not."""
    return _side(a, b, c) != _side(a, b, d) and _side(c, d, a) != _side(c, d, b)
