"""The way over a course as waypoints with behaviours, read from yaml."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from policy_nodes.contract.errors import ContractError, in_file, inside, suggest
from policy_nodes.contract.section import Section
from policy_nodes.contract.yaml_file import read_yaml

FARTHEST = 100.0  # from the origin of the course [m]
FASTEST = 10.0  # of any limit [m/s] or [rad/s]


@dataclass(frozen=True)
class Behaviour:
    """How fast a way of walking may be asked to go.

    Attributes:
        name: such as `walk`; what a policy of specialists chooses by.
        forward: [m/s].
        backward: [m/s], not negative.
        sideways: [m/s] to either side.
        turn: [rad/s] to either side.
    """

    name: str
    forward: float
    backward: float
    sideways: float
    turn: float


@dataclass(frozen=True)
class Waypoint:
    """A place to pass.

    Attributes:
        name: for logs.
        x: in the frame of the course [m].
        y: in the frame of the course [m].
        heading: to have on the way there [rad].
        tolerance: that counts as there [m].
        behaviour: on the way there.
        speed: not to exceed on the way there [m/s].
        turned: how near to its heading the robot has to be before it goes on [rad]; pi passes
            without a look at the heading.
    """

    name: str
    x: float
    y: float
    heading: float
    tolerance: float
    behaviour: Behaviour
    speed: float
    turned: float = math.pi


def read_waypoints(path: Path) -> tuple[Waypoint, ...]:
    """Read a way.

    Raises:
        ContractError: absent, no plain yaml, an unknown key or behaviour, or a value that cannot
            be meant; it names the waypoint.
    """
    values = read_yaml(path)
    with in_file(path):
        root = Section(values, 'a way')
        behaviours = {
            name: _behaviour(name, each)
            for name, each in root.entries('behaviours', 'a behaviour')
        }
        waypoints = tuple(
            _waypoint(name, each, behaviours)
            for name, each in root.entries('waypoints', 'a waypoint')
        )
        root.close()
        if not waypoints:
            raise ContractError('there are no waypoints', remedy='add one', path='waypoints')
        return waypoints


def _behaviour(name: str, section: Section) -> Behaviour:
    with inside('behaviours'), inside(name):
        limits = {
            key: _within(section.number(key), key, 0.0, FASTEST)
            for key in ('forward', 'backward', 'sideways', 'turn')
        }
        section.close()
        return Behaviour(name, **limits)


def _waypoint(name: str, section: Section, behaviours: dict[str, Behaviour]) -> Waypoint:
    with inside('waypoints'), inside(name):
        chosen = section.text('behaviour')
        if chosen not in behaviours:
            raise ContractError(
                f'there is no behaviour {chosen!r}',
                remedy=suggest(chosen, behaviours),
                path='behaviour',
            )
        found = Waypoint(
            name=name,
            x=_within(section.number('x'), 'x', -FARTHEST, FARTHEST),
            y=_within(section.number('y'), 'y', -FARTHEST, FARTHEST),
            heading=_within(section.number('heading'), 'heading', -math.tau, math.tau),
            tolerance=_within(section.number('tolerance'), 'tolerance', 0.01, 2.0),
            behaviour=behaviours[chosen],
            speed=_within(section.number('speed', FASTEST), 'speed', 0.05, FASTEST),
            turned=_within(section.number('turned', math.pi), 'turned', 0.02, math.pi),
        )
        section.close()
        return found


def _within(value: float, key: str, low: float, high: float) -> float:
    if not low <= value <= high:
        raise ContractError(
            f'{value:g} is not from {low:.4g} to {high:.4g}',
            remedy='give metres, seconds and radians',
            path=key,
        )
    return value
