"""Ground to learn on: flat, slopes, stairs, random steps, gaps.

Each begins with even ground at z = 0 under its start and is crossed along x. Sizes are arguments;
what is not one is our own choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos

import numpy as np

from policy_nodes.simulation.barkour.course import Place
from policy_nodes.simulation.barkour.course_model import PANEL_THICKNESS, PIT, a_frame_panels
from policy_nodes.simulation.barkour.solids import Solid

WIDTH = 4.0  # [m] across
RUN_UP = 2.0  # [m] of even ground before the first obstacle
TILE = 0.4  # [m] side of random steps
LEVEL = Solid('floor', 'floor', (0.0, 0.0, 0.0))
ORIGIN = Place(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Terrain:
    """Ground to run on.

    Attributes:
        name: what it is, with its size.
        solids: that it is made of.
        start: where a robot begins.
    """

    name: str
    solids: tuple[Solid, ...]
    start: Place = ORIGIN


def flat() -> Terrain:
    """An even floor."""
    return Terrain('flat', (LEVEL,))


def slopes(angle: float, length: float = 1.5) -> Terrain:
    """An A-frame across the way.

    Args:
        angle: of both sides [rad], 0 to 0.7.
        length: of each side along the slope [m].

    Raises:
        ValueError: a size out of its range.
    """
    _check('angle', angle, 0.0, 0.7)
    _check('length', length, 4.0 * PANEL_THICKNESS, 20.0)
    ridge = Place(RUN_UP + length * cos(angle), 0.0, 0.0)
    panels = a_frame_panels(ridge, angle, length, WIDTH)
    return Terrain(f'slopes/{angle:g}', (LEVEL, *panels))


def stairs(rise: float, tread: float = 0.3, steps: int = 5) -> Terrain:
    """Stairs up, a landing as long as them, and stairs down.

    Args:
        rise: of each step [m], 0.001 to 0.3.
        tread: length of each step [m], 0.1 to 2.
        steps: up, and as many down; 1 to 50.

    Raises:
        ValueError: a size out of its range.
    """
    _check('rise', rise, 0.001, 0.3)
    _check('tread', tread, 0.1, 2.0)
    _check('steps', steps, 1, 50)
    flight = steps * tread
    middle = RUN_UP + 1.5 * flight
    solids = [
        _box(
            f'step_{number}',
            (middle - 1.5 * flight + number * tread, middle + 1.5 * flight - number * tread),
            (number * rise, (number + 1) * rise),
        )
        for number in range(steps)
    ]
    return Terrain(f'stairs/{rise:g}', (LEVEL, *solids))


def random_steps(height: float, seed: int, length: float = 6.0) -> Terrain:
    """Tiles of random heights.

    Args:
        height: of the highest [m], 0.001 to 0.3.
        seed: of the heights.
        length: of the tiled ground [m], 0.4 to 40.

    Raises:
        ValueError: a size out of its range.
    """
    _check('height', height, 0.001, 0.3)
    _check('length', length, TILE, 40.0)
    random = np.random.default_rng(seed)
    rows, columns = ceil(length / TILE), round(WIDTH / TILE)
    heights = random.uniform(0.05, 1.0, (rows, columns)) * height
    solids = [
        Solid(
            f'tile_{row}_{column}',
            'box',
            (
                RUN_UP + (row + 0.5) * TILE,
                (column + 0.5) * TILE - 0.5 * WIDTH,
                0.5 * float(heights[row, column]),
            ),
            (TILE, TILE, float(heights[row, column])),
        )
        for row in range(rows)
        for column in range(columns)
    ]
    return Terrain(f'random_steps/{height:g}', (LEVEL, *solids))


def gaps(width: float, count: int = 4, between: float = 2.0) -> Terrain:
    """Platforms with gaps between them, over a pit.

    Args:
        width: of each gap [m], 0.01 to 1.
        count: of gaps, 1 to 50.
        between: length of the platforms between them [m], 0.2 to 20.

    Raises:
        ValueError: a size out of its range.
    """
    _check('width', width, 0.01, 1.0)
    _check('count', count, 1, 50)
    _check('between', between, 0.2, 20.0)
    begin, solids = -RUN_UP, [Solid('floor', 'floor', (0.0, 0.0, -PIT))]
    for number in range(count + 1):
        end = RUN_UP + number * (between + width)
        solids.append(_box(f'platform_{number}', (begin, end), (-PIT, 0.0)))
        begin = end + width
    return Terrain(f'gaps/{width:g}', tuple(solids))


def _box(name: str, along: tuple[float, float], height: tuple[float, float]) -> Solid:
    (begin, end), (low, high) = along, height
    centre = (0.5 * (begin + end), 0.0, 0.5 * (low + high))
    return Solid(name, 'box', centre, (end - begin, WIDTH, high - low))


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f'{name} is {value}; it has to be from {low} to {high}')
