"""Courses and terrains by name, as launch files and commands give them."""

from __future__ import annotations

from collections.abc import Callable

from policy_nodes.simulation.barkour.course import Course, official_course, rearranged_course
from policy_nodes.simulation.barkour.terrain import (
    Terrain,
    flat,
    gaps,
    random_steps,
    slopes,
    stairs,
)

MAKERS: dict[str, tuple[str, Callable[..., Course | Terrain]]] = {
    'official': ('official', lambda: official_course()),
    'rearranged': ('rearranged/SEED', lambda seed: rearranged_course(_whole(seed))),
    'flat': ('flat', lambda: flat()),
    'slopes': ('slopes/ANGLE', lambda angle: slopes(float(angle))),
    'stairs': ('stairs/RISE', lambda rise: stairs(float(rise))),
    'random_steps': (
        'random_steps/HEIGHT/SEED',
        lambda height, seed: random_steps(float(height), _whole(seed)),
    ),
    'gaps': ('gaps/WIDTH', lambda width: gaps(float(width))),
}
KNOWN = tuple(shape for shape, _ in MAKERS.values())


def ground_of(name: str) -> Course | Terrain:
    """Build the course or terrain of a name, for example `official` or `stairs/0.1`.

    Sizes are in metres and radians.

    Raises:
        ValueError: there is none of that name, or a size that makes no sense.
    """
    kind, *sizes = name.split('/')
    shape, make = MAKERS.get(kind, ('', None))
    if make is None or len(sizes) != shape.count('/'):
        raise ValueError(f'there is no ground {name!r}; there are {", ".join(KNOWN)}')
    try:
        return make(*sizes)
    except ValueError as error:
        raise ValueError(f'ground {name!r}, which is read as {shape}: {error}') from error


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f'{text!r} is no seed; one is a whole number from 0')
    return int(text)
