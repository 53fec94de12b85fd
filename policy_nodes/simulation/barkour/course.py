"""The agility course: where its obstacles are and the gates that have to be passed, in order.

World frame of the official scene: a field of 5 m x 5 m with x from 0 to 5 and y from -5 to 0,
the floor at z = 0. Places of obstacles and gates are those of the official scene and scorer
(Caluwaerts et al. 2023, arXiv 2305.14654).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, pi, sin
from typing import Literal, NamedTuple

import numpy as np

FIELD = 5.0  # [m] side
TABLE, TABLE_HEIGHT = 1.0, 0.1  # [m]
JUMP_LENGTH, JUMP_WIDTH = 0.5, 1.0  # [m]
POLES = ((1.7, -0.7), (2.5, -0.5), (3.2, -0.7), (3.8, -0.5), (4.3, -0.7))
# left and right end of each gate of the A-frame, which is passed along their middles
RAMP_GATES = (
    ((4.35, -2.0), (3.65, -1.1)),
    ((2.92, -3.0), (2.22, -2.1)),
    ((1.5, -4.0), (0.8, -3.1)),
)

NOT_TO_TOUCH = frozenset({'broad_jump'})  # kinds of obstacles

Kind = Literal['start_table', 'weave_poles', 'a_frame', 'broad_jump', 'end_table']


class Point(NamedTuple):
    """A point on the floor [m]."""

    x: float
    y: float


class Gate(NamedTuple):
    """A line to cross, with its ends on the left and right of the one who crosses it."""

    left: Point
    right: Point


class Place(NamedTuple):
    """A point on the floor [m] and a heading [rad]."""

    x: float
    y: float
    heading: float

    def at(self, ahead: float, left: float) -> Point:
        """Point in the world of one given from here [m]."""
        along, across = cos(self.heading), sin(self.heading)
        return Point(
            self.x + along * ahead - across * left, self.y + across * ahead + along * left
        )

    def from_here(self, point: Point) -> Point:
        """How far a point of the world is ahead and to the left [m]."""
        along, across = cos(self.heading), sin(self.heading)
        x, y = point.x - self.x, point.y - self.y
        return Point(along * x + across * y, along * y - across * x)


RAMP = Place(2.57, -2.55, pi + atan2(1.0, 1.43))


@dataclass(frozen=True)
class Obstacle:
    """One item of the course.

    Attributes:
        kind: of obstacle.
        place: of its middle, heading the way it is to be passed.
        gates: in the order to be passed; the start table's starts the clock.
        poles: of the weave, in the order to be passed.
    """

    kind: Kind
    place: Place
    gates: tuple[Gate, ...]
    poles: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Course:
    """Obstacles in the order to be passed: the first is the start table, the last the end table.

    Attributes:
        name: of the course.
        obstacles: of every kind one.
    """

    name: str
    obstacles: tuple[Obstacle, ...]

    def obstacle(self, kind: Kind) -> Obstacle:
        """The obstacle of a kind."""
        return next(each for each in self.obstacles if each.kind == kind)

    @property
    def start(self) -> Place:
        """Middle of the start table, heading onto the course."""
        return self.obstacle('start_table').place


def official_course() -> Course:
    """The course of the paper."""
    return Course(
        'official',
        (
            start_table(Place(0.5, -0.5, 0.0)),
            weave_poles([Point(*pole) for pole in POLES]),
            a_frame(RAMP),
            broad_jump(Place(2.75, -4.5, 0.0)),
            end_table(Place(4.5, -4.5, 0.0)),
        ),
    )


def rearranged_course(seed: int) -> Course:
    """A course of the same obstacles elsewhere, which only needs other waypoints.

    It is run from end to start, so that the jump comes first and the A-frame is climbed from its
    other side; half of the courses are mirrored as well. A-frame, jump and the gaps of the poles
    are moved a little. All of it is our own: the paper's rearranged course is not published.

    Args:
        seed: of the changes.
    """
    random = np.random.default_rng(seed)
    poles, x = [], 1.7 + random.uniform(-0.1, 0.1)
    for number, gap in enumerate((0.0, 0.8, 0.7, 0.6, 0.5)):
        x += gap + random.uniform(-0.02, 0.04) * (number > 0)
        poles.append(Point(x, -0.5 if number % 2 else -0.7))
    dx, dy, turn = random.uniform((-0.15, -0.15, -0.1), (0.15, 0.15, 0.1)).tolist()
    obstacles = (
        start_table(Place(4.5, -4.5, pi)),
        # as much room to run up as on the official course
        broad_jump(Place(2.2 + random.uniform(-0.2, 0.2), -4.5, pi)),
        a_frame(Place(RAMP.x + dx, RAMP.y + dy, RAMP.heading - pi + turn)),
        _backwards(weave_poles(poles)),
        end_table(Place(0.5, -0.5, pi)),
    )
    mirrored = bool(random.integers(2))
    return Course(
        f'rearranged/{seed}', tuple(_mirrored(each) if mirrored else each for each in obstacles)
    )


def start_table(place: Place) -> Obstacle:
    """A start table; its gate, which starts the clock, is 0.4 m beyond its edge."""
    return Obstacle('start_table', place, (_gate(place, 0.9, 0.5, -0.2),))


def end_table(place: Place) -> Obstacle:
    """An end table; its gate is 0.1 m inside of its edge."""
    return Obstacle('end_table', place, (_gate(place, -0.4, 0.5, -0.5),))


def a_frame(place: Place) -> Obstacle:
    """An A-frame; its gates are 1.14 m wide, before it, on its ridge and behind it."""
    gates = [
        Gate(*(place.at(*RAMP.from_here(Point(*end))) for end in gate)) for gate in RAMP_GATES
    ]
    return Obstacle('a_frame', place, tuple(gates))


def broad_jump(place: Place) -> Obstacle:
    """A broad jump with gates as wide as its board, 0.8 m before and 0.7 m behind it."""
    half = 0.5 * JUMP_WIDTH
    return Obstacle(
        'broad_jump', place, tuple(_gate(place, ahead, half, -half) for ahead in (-1.05, 0.95))
    )


def weave_poles(poles: Sequence[Point]) -> Obstacle:
    """Five poles along x: in above the first, round each in turn, out beyond the last."""
    first, second, third, fourth, last = poles
    middle = Place((first.x + last.x) / 2, -0.6, 0.0)
    gates = (
        Gate(Point(first.x, 0.0), first),
        Gate(second, first),
        Gate(second, third),
        Gate(fourth, third),
        Gate(fourth, last),
        Gate(Point(FIELD, last.y), last),
    )
    return Obstacle('weave_poles', middle, gates, tuple(poles))


def _gate(place: Place, ahead: float, left: float, right: float) -> Gate:
    return Gate(place.at(ahead, left), place.at(ahead, right))


def _backwards(obstacle: Obstacle) -> Obstacle:
    """The same obstacle passed from its other end."""
    return replace(
        obstacle,
        place=obstacle.place._replace(heading=obstacle.place.heading + pi),
        gates=tuple(Gate(gate.right, gate.left) for gate in reversed(obstacle.gates)),
        poles=obstacle.poles[::-1],
    )


def _mirrored(obstacle: Obstacle) -> Obstacle:
    """The obstacle on the other side of the line y = -2.5."""

    def other(point: Point) -> Point:
        return Point(point.x, -FIELD - point.y)

    x, y, heading = obstacle.place
    return replace(
        obstacle,
        place=Place(x, -FIELD - y, -heading),
        gates=tuple(Gate(other(gate.right), other(gate.left)) for gate in obstacle.gates),
        poles=tuple(map(other, obstacle.poles)),
    )
