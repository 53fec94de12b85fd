"""Gives what stands on a floor plan a height and a form: furniture, columns, walls."""

from __future__ import annotations

import numpy as np

from policy_nodes.simulation.lidar.solids import Floats, Solids

WALL_HEIGHT = 2.6
WALL_THICKNESS = 0.1
LEG = 0.025  # [m] half the thickness of a table's leg
TOP = 0.04  # [m] thickness of a table's top


def furnish(boxes: Floats, discs: Floats, segments: Floats, draws: np.random.Generator) -> Solids:
    """Build the furniture of a floor plan.

    A box becomes a cupboard, a chest, a table on four legs, or a shelf of boards; a disc becomes
    a column or a bin; a segment becomes a wall.

    Args:
        boxes: (boxes, 4) x_low, y_low, x_high, y_high [m]; rows of NaN are left out.
        discs: (discs, 3) x, y, radius [m]; likewise.
        segments: (segments, 4) x1, y1, x2, y2 [m]; likewise.
        draws: heights and forms.
    """
    columns, blocks = [], []
    for low_x, low_y, high_x, high_y in boxes[np.isfinite(boxes).all(1)]:
        x, y, a, b = (low_x + high_x) / 2, (low_y + high_y) / 2, high_x - low_x, high_y - low_y
        blocks += _furniture(np.array((x, y, a / 2, b / 2, 0.0)), draws)
    for x, y, radius in discs[np.isfinite(discs).all(1)]:
        top = draws.choice((WALL_HEIGHT, draws.uniform(0.5, 1.1)))
        columns.append((x, y, radius, radius, 0.0, 0.0, top, draws.uniform(0.1, 0.9)))
    for x1, y1, x2, y2 in segments[np.isfinite(segments).all(1)]:
        blocks.append(wall((x1, y1), (x2, y2), draws.uniform(0.3, 0.9)))
    return Solids.of(columns, blocks)


def wall(
    start: tuple[float, float], end: tuple[float, float], reflectivity: float
) -> tuple[float, ...]:
    """Row of a wall from start to end [m]."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    half = np.hypot(dx, dy) / 2 + WALL_THICKNESS / 2
    yaw = float(np.arctan2(dy, dx))
    return (*middle, float(half), WALL_THICKNESS / 2, yaw, 0.0, WALL_HEIGHT, reflectivity)


def walls(half: float, draws: np.random.Generator) -> Solids:
    """Four walls of a square room whose inner faces lie half [m] from its middle."""
    at = half + WALL_THICKNESS / 2
    corners = ((at, at), (-at, at), (-at, -at), (at, -at))
    shade = draws.uniform(0.3, 0.9)
    return Solids.of(blocks=[wall(corners[i], corners[(i + 1) % 4], shade) for i in range(4)])


def _furniture(place: Floats, draws: np.random.Generator) -> list[tuple[float, ...]]:
    """Blocks of one piece on x, y, half length, half width, yaw."""
    shade = draws.uniform(0.1, 0.9)
    kind = draws.choice(('cupboard', 'chest', 'table', 'shelf'), p=(0.3, 0.3, 0.25, 0.15))
    if kind == 'cupboard':
        return [(*place, 0.0, draws.uniform(1.2, 2.2), shade)]
    if kind == 'chest' or min(place[2:4]) < 3 * LEG:
        return [(*place, 0.0, draws.uniform(0.35, 1.0), shade)]
    if kind == 'table':
        top = draws.uniform(0.45, 1.05)
        return [(*place, top - TOP, top, shade), *_legs(place, top - TOP, shade)]
    height = draws.uniform(1.0, 2.0)
    boards = np.linspace(0.05, height, draws.integers(3, 6))
    return [
        *((*place, board - 0.02, board, shade) for board in boards),
        *_legs(place, height, shade),
    ]


def _legs(place: Floats, top: float, shade: float) -> list[tuple[float, ...]]:
    x, y, a, b, yaw = place
    cos, sin = np.cos(yaw), np.sin(yaw)
    rows: list[tuple[float, ...]] = []
    for along, across in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        dx, dy = along * (a - LEG), across * (b - LEG)
        at = x + cos * dx - sin * dy, y + sin * dx + cos * dy
        rows.append((*at, LEG, LEG, yaw, 0.0, top, shade))
    return rows
