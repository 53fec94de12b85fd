"""Puzzle pieces with a knob to hold them by, and a board with a frame for each."""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.colours import COLOURS, Rgba
from policy_nodes.simulation.tabletop.objects.geoms import (
    CONTACT_DIMENSIONS,
    FRICTION,
    Floats,
    add_box,
    add_cylinder,
    turned,
)
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP

SHAPES = ('square', 'circle', 'triangle', 'bar')
SHAPE_COLOURS = ('red', 'blue', 'yellow', 'green')
# [m] of each frame's middle from that of the board
PLACES = np.array([[0.05, 0.05], [0.05, -0.05], [-0.05, 0.05], [-0.05, -0.05]])
BOARD_EDGE = 0.20  # [m]
BOARD = 0.004  # [m] thickness
RIM = 0.016  # [m] height of the frames above the board
PIECE = 0.020  # [m] thickness of a piece
KNOB = 0.036  # [m] height of a knob
HOLD = PIECE + 0.022  # [m] of the tip above the underside of a held piece
CLEARANCE = 0.006  # [m] between a piece and its frame, on every side
DENSITY = 700.0  # [kg/m^3]
_FRAME = 0.006  # thickness of the frames
DARK: Rgba = (0.25, 0.22, 0.2, 1.0)  # board
LIGHT: Rgba = (0.9, 0.85, 0.75, 1.0)  # frames


def outline(shape: str) -> Floats:
    """Corners (n, 2) of a piece [m], counter-clockwise, about its middle.

    A circle's are those of the octagon around it.
    """
    if shape == 'bar':
        return np.array([[0.036, 0.015], [-0.036, 0.015], [-0.036, -0.015], [0.036, -0.015]])
    corners, inner = {'square': (4, 0.022), 'circle': (8, 0.024), 'triangle': (3, 0.017)}[shape]
    radius = inner / np.cos(np.pi / corners)
    angles = np.pi / corners + np.arange(corners) * 2 * np.pi / corners
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def add_piece(spec: mujoco.MjSpec, shape: str, place: Floats, yaw: float) -> None:
    """Put a piece down; the body has the name of the shape, its origin is on the underside.

    Args:
        spec: of the world.
        shape: one of SHAPES.
        place: (2,) of its middle [m].
        yaw: [rad].
    """
    rgba = COLOURS[SHAPE_COLOURS[SHAPES.index(shape)]]
    body = spec.worldbody.add_body(
        name=shape, pos=[place[0], place[1], TABLE_TOP], quat=turned(yaw)
    )
    body.add_freejoint(name=f'{shape}_free')
    corners = outline(shape)
    middle = (0.0, 0.0, PIECE / 2)
    if shape == 'circle':
        add_cylinder(body, 0.024, PIECE / 2, middle, rgba, density=DENSITY)
    elif shape == 'triangle':
        _add_prism(spec, body, shape, corners)
    else:
        add_box(body, (*corners.max(axis=0), PIECE / 2), middle, rgba, density=DENSITY)
    knob = (0.009, 0.009, KNOB / 2)
    add_box(body, knob, (0.0, 0.0, PIECE + KNOB / 2), rgba, density=DENSITY)


def _add_prism(spec: mujoco.MjSpec, body: mujoco.MjsBody, shape: str, corners: Floats) -> None:
    levels = [np.column_stack([corners, np.full(len(corners), z)]) for z in (0.0, PIECE)]
    mesh = spec.add_mesh(name=f'{shape}_mesh', uservert=np.concatenate(levels).ravel())
    body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_MESH,
        meshname=mesh.name,
        rgba=list(COLOURS[SHAPE_COLOURS[SHAPES.index(shape)]]),
        density=DENSITY,
        friction=list(FRICTION),
        condim=CONTACT_DIMENSIONS,
    )


def add_board(spec: mujoco.MjSpec, name: str, place: Floats, yaw: float) -> None:
    """Fix the board to the table.

    Args:
        spec: of the world.
        name: of the body.
        place: (2,) of its middle [m].
        yaw: [rad].
    """
    body = spec.worldbody.add_body(
        name=name, pos=[place[0], place[1], TABLE_TOP], quat=turned(yaw)
    )
    half = (BOARD_EDGE / 2, BOARD_EDGE / 2, BOARD / 2)
    add_box(body, half, (0.0, 0.0, BOARD / 2), DARK)
    for shape, middle in zip(SHAPES, PLACES, strict=True):
        _add_frame(body, outline(shape), middle)


def _add_frame(body: mujoco.MjsBody, corners: Floats, middle: Floats) -> None:
    """Surround an outline by walls that leave CLEARANCE."""
    ends = np.roll(corners, -1, axis=0)
    for start, end in zip(corners, ends, strict=True):
        along = end - start
        length = float(np.linalg.norm(along))
        outward = np.array([along[1], -along[0]]) / length
        centre = middle + (start + end) / 2 + outward * (CLEARANCE + _FRAME / 2)
        half = (length / 2 + CLEARANCE + _FRAME, _FRAME / 2, RIM / 2)
        yaw = float(np.arctan2(along[1], along[0]))
        add_box(body, half, (*centre, BOARD + RIM / 2), LIGHT, yaw=yaw)
