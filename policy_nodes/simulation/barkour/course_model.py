"""The course as boxes and poles.

Tables, the places of all obstacles and the angle of the A-frame are published. The length, height
and thickness of its panels and the shape of the poles are not readable from what is published, so
they are ours: panels of 1.5 m, which makes the ridge 0.75 m high and leaves 0.45 m between each
foot and the gate before it; poles of 4 cm by 0.6 m that stand firm. The broad jump is a board of
1 mm, as published; height scans show a pit there, since jumping is learned over gaps.
"""

from __future__ import annotations

from math import cos, pi, sin

from policy_nodes.simulation.barkour.course import (
    JUMP_LENGTH,
    JUMP_WIDTH,
    NOT_TO_TOUCH,
    TABLE,
    TABLE_HEIGHT,
    Course,
    Obstacle,
    Place,
)
from policy_nodes.simulation.barkour.solids import Solid

SLOPE = pi / 6.0  # [rad] of the A-frame
PANEL, PANEL_WIDTH, PANEL_THICKNESS = 1.5, 1.0, 0.04  # [m] of the A-frame
RIDGE = PANEL * sin(SLOPE)  # [m] height
POLE_RADIUS, POLE_HEIGHT = 0.02, 0.6  # [m]
BOARD = 0.001  # [m] thickness of the broad jump
PIT = 0.4  # [m] depth of gaps, and of the broad jump to those who look for a gap
RED, YELLOW, GREEN, ORANGE, PALE, TURF = (
    (0.77, 0.13, 0.12, 1.0),
    (0.99, 0.84, 0.39, 1.0),
    (0.2, 0.66, 0.32, 1.0),
    (0.95, 0.6, 0.0, 1.0),
    (0.75, 0.8, 0.9, 1.0),
    (0.68, 0.79, 0.88, 1.0),
)
COLOURS = {'start_table': RED, 'end_table': YELLOW, 'broad_jump': PALE}


def course_solids(course: Course) -> list[Solid]:
    """List what stands on the field; names are those of the obstacles, numbered where several."""
    solids = [Solid('floor', 'floor', (0.0, 0.0, 0.0), colour=TURF)]
    for obstacle in course.obstacles:
        if obstacle.kind == 'weave_poles':
            solids += _poles(obstacle)
        elif obstacle.kind == 'a_frame':
            solids += a_frame_panels(obstacle.place, SLOPE, PANEL, PANEL_WIDTH)
        else:
            solids.append(_flat(obstacle))
    return solids


def a_frame_panels(place: Place, slope: float, length: float, width: float) -> list[Solid]:
    """Two panels that meet in a ridge.

    Args:
        place: middle of the ridge on the floor, heading across it.
        slope: of both [rad].
        length: of each, along the slope [m].
        width: of each [m].
    """
    panels = []
    sunk = 0.5 * PANEL_THICKNESS
    for number, side in enumerate((-1.0, 1.0)):
        # the upper face runs from the floor to the ridge, so the middle lies below that line
        ahead = side * (0.5 * length * cos(slope) - sunk * sin(slope))
        x, y = place.at(ahead, 0.0)
        height = 0.5 * length * sin(slope) - sunk * cos(slope)
        panels.append(
            Solid(
                f'a_frame_{number}',
                'box',
                (x, y, height),
                (length, width, PANEL_THICKNESS),
                place.heading,
                side * slope,
                GREEN,
            )
        )
    return panels


def _flat(obstacle: Obstacle) -> Solid:
    kind = obstacle.kind
    jump = kind == 'broad_jump'
    size = (JUMP_LENGTH, JUMP_WIDTH, BOARD) if jump else (TABLE, TABLE, TABLE_HEIGHT)
    x, y, heading = obstacle.place
    centre = (x, y, 0.5 * size[2])
    pit = PIT if kind in NOT_TO_TOUCH else 0.0
    return Solid(kind, 'box', centre, size, heading, colour=COLOURS[kind], pit=pit)


def _poles(obstacle: Obstacle) -> list[Solid]:
    return [
        Solid(
            f'pole_{number}',
            'pole',
            (pole.x, pole.y, 0.5 * POLE_HEIGHT),
            (POLE_RADIUS, 0.0, POLE_HEIGHT),
            colour=GREEN if number % 2 else ORANGE,
        )
        for number, pole in enumerate(obstacle.poles)
    ]
