"""Waypoints over any course of the five obstacles, by where they are.

A robot gets its waypoints from a file; this is for simulated courses, of which there are many. The
way through each obstacle is the one of config/barkour/course_waypoints.yaml.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from policy_nodes.evaluation.barkour_courses import course_of
from policy_nodes.policies.waypoints import Behaviour, Waypoint
from policy_nodes.simulation.barkour.course import Course, Obstacle, Place, Point

OFFICIAL = 'official'
ABOVE, BELOW = 0.38, 0.39  # the middle between the poles, with its chest up [m]
BESIDE = 0.38  # the last pole, and the first one a little less [m]
RUN_UP, LANDING = 2.0, 1.1  # from the middle of the broad jump; its last gate is at 0.95 [m]
RAMP = 1.93  # from the middle of the A-frame to where its ramps are off [m]
AHEAD = 0.2  # of the middle of the start table [m]


def waypoints_of(scenario: str, way: Sequence[Waypoint]) -> tuple[Waypoint, ...]:
    """Lead over the course of a scenario.

    Args:
        scenario: `official`, or empty, takes the given way; another course gets one of its own.
        way: over the official course; its behaviours serve on the others.

    Raises:
        ValueError: there is no such course.
        KeyError: the way lacks a behaviour.
    """
    if scenario in ('', OFFICIAL):
        return tuple(way)
    return way_over(course_of(scenario), {each.behaviour.name: each.behaviour for each in way})


def way_over(course: Course, behaviours: Mapping[str, Behaviour]) -> tuple[Waypoint, ...]:
    """Lead over a course.

    Args:
        course: with its obstacles in order.
        behaviours: `walk`, `slope` and `jump`, by name.

    Raises:
        KeyError: one of the three is missing.
    """
    walk, slope, jump = (behaviours[name] for name in ('walk', 'slope', 'jump'))
    return tuple(_lead(course, walk, slope, jump))


def _lead(
    course: Course, walk: Behaviour, slope: Behaviour, jump: Behaviour
) -> Iterator[Waypoint]:
    for before, obstacle in pairwise(course.obstacles):
        place = obstacle.place
        if obstacle.kind == 'weave_poles':
            heading = _chest(obstacle)
            corners = _corners(obstacle)
            if before.kind == 'start_table':
                # turned before the first gate, where no time runs
                start = Point(before.place.at(AHEAD, 0.0).x, corners[0].y)
                yield _waypoint('start_table', start, heading, 0.15, walk, 0.2)
            for number, corner in enumerate(corners):
                yield _waypoint(f'weave_{number}', corner, heading, 0.12, walk)
        elif obstacle.kind == 'a_frame':
            heading = place.heading
            yield _waypoint('before_a_frame', place.at(-RAMP, 0.0), heading, 0.12, walk, 0.3)
            yield _waypoint('a_frame', place.at(0.0, 0.0), heading, 0.15, slope)
            yield _waypoint('behind_a_frame', place.at(RAMP, 0.0), heading, 0.2, slope)
        elif obstacle.kind == 'broad_jump':
            heading = place.heading
            yield _waypoint('run_up', place.at(-RUN_UP, 0.0), heading, 0.15, walk, 0.2)
            yield _waypoint('landing', place.at(LANDING, 0.0), heading, 0.1, jump)
        else:
            yield _waypoint(obstacle.kind, place.at(0.0, 0.0), place.heading, 0.12, walk)


def _waypoint(
    name: str,
    spot: Point,
    heading: float,
    tolerance: float,
    behaviour: Behaviour,
    turned: float = math.pi,
) -> Waypoint:
    fastest = max(behaviour.forward, behaviour.sideways)
    return Waypoint(name, spot.x, spot.y, heading, tolerance, behaviour, fastest, turned)


def _chest(weave: Obstacle) -> float:
    """Heading between the poles: chest to the near border of the field [rad]."""
    return _up(weave) * math.pi / 2


def _up(weave: Obstacle) -> float:
    """1 where the near border is that of y = 0, -1 in a mirrored course."""
    return 1.0 if abs(weave.place.y) < 2.5 else -1.0


def _corners(weave: Obstacle) -> Sequence[Point]:
    """Corners of the way round the poles, in the order that they are passed."""
    poles = sorted(weave.poles)
    up = _up(weave)
    high, low = weave.place.y + up * ABOVE, weave.place.y - up * BELOW
    columns = [(a.x + b.x) / 2 for a, b in pairwise(poles)] + [poles[-1].x + BESIDE]
    corners = [Point(poles[0].x - 0.2, weave.place.y + up * (ABOVE - 0.08))]
    level, other = high, low
    for x in columns:
        corners += [Point(x, level), Point(x, other)]
        level, other = other, level
    backwards = Place(0.0, 0.0, weave.place.heading).at(1.0, 0.0).x < 0
    return corners[::-1] if backwards else corners
