"""A chest of three drawers that all look the same."""

from __future__ import annotations

from collections.abc import Sequence

import mujoco

from policy_nodes.simulation.tabletop.objects.colours import GREY, STEEL, WOOD
from policy_nodes.simulation.tabletop.objects.geoms import (
    Floats,
    add_box,
    add_cylinder,
    turned,
)
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP

# Lengths [m] from the point of the table below the middle of the chest; the front looks at -y.
DRAWERS = ('bottom', 'middle', 'top')
HANDLE_HEIGHTS = (0.1137, 0.1978, 0.2818)
HANDLE_FRONT = 0.1369  # of a closed drawer's handle
OPENING = 0.21  # of a drawer that stands open
TOP = 0.32525

_HALF = 0.13125  # of the frame, a cube
_PANEL = 0.002625
_MIDDLE = TOP - _HALF
_LEG_HALF = (TOP - 2 * _HALF) / 2
_RECESS = 0.020  # fronts stand back from the frame, to give the fingers room around the handle
_WIDTH, _DEPTH, _HEIGHT, _WALL = 0.1285, 0.1085, 0.041, 0.0025
_HANDLE_RADIUS, _HANDLE_HALF = 0.00525, 0.02625


def drawer_of(chest: str, index: int) -> str:
    """Body of a drawer, counted from the bottom; its origin is the drawer's middle."""
    return f'{chest}_{DRAWERS[index]}'


def slide_of(chest: str, index: int) -> str:
    """Joint of a drawer: how far it is open [m]."""
    return f'{drawer_of(chest, index)}_slide'


def add_chest(
    spec: mujoco.MjSpec,
    name: str,
    place: Floats,
    yaw: float,
    opened: Sequence[float] = (0.0, 0.0, 0.0),
    stops: Sequence[float] = (0.0, 0.0, 0.0),
) -> None:
    """Fix a chest to the table.

    Args:
        spec: of the world.
        name: of the body of the frame.
        place: (2,) of its middle [m].
        yaw: [rad].
        opened: (3,) how far each drawer is open [m].
        stops: (3,) how far a drawer still stands out when it is shut [m].
    """
    frame = spec.worldbody.add_body(
        name=name, pos=[place[0], place[1], TABLE_TOP], quat=turned(yaw)
    )
    side = _HALF - _PANEL
    for x in (-side, side):
        add_box(frame, (_PANEL, _HALF, _HALF), (x, 0.0, _MIDDLE), WOOD)
    for z in (_MIDDLE - side, _MIDDLE + side):
        add_box(frame, (_HALF, _HALF, _PANEL), (0.0, 0.0, z), WOOD)
    add_box(frame, (_HALF, _PANEL, _HALF), (0.0, side, _MIDDLE), WOOD)
    for x in (-side, side):
        for y in (-side, side):
            add_cylinder(frame, 0.00525, _LEG_HALF, (x, y, _LEG_HALF), WOOD)
    for index in range(len(DRAWERS)):
        _add_drawer(spec, frame, name, index, max(opened[index], stops[index]), stops[index])


def _add_drawer(
    spec: mujoco.MjSpec,
    frame: mujoco.MjsBody,
    chest: str,
    index: int,
    opened: float,
    stop: float,
) -> None:
    name = drawer_of(chest, index)
    front = -_HALF + _RECESS  # of a closed drawer
    middle = front + _DEPTH
    drawer = frame.add_body(name=name, pos=[0.0, middle - opened, HANDLE_HEIGHTS[index]])
    drawer.add_joint(
        name=slide_of(chest, index),
        type=mujoco.mjtJoint.mjJNT_SLIDE,
        axis=[0.0, -1.0, 0.0],
        ref=opened,
        range=[stop, OPENING + 0.01],
        limited=mujoco.mjtLimited.mjLIMITED_TRUE,
        damping=8.0,
        frictionloss=2.0,
        armature=0.1,
    )
    add_box(drawer, (_WIDTH, _DEPTH, _WALL), (0.0, 0.0, -_HEIGHT + _WALL), GREY)
    for y in (-_DEPTH + _WALL, _DEPTH - _WALL):
        add_box(drawer, (_WIDTH, _WALL, _HEIGHT), (0.0, y, 0.0), GREY)
    for x in (-_WIDTH + _WALL, _WIDTH - _WALL):
        add_box(drawer, (_WALL, _DEPTH, _HEIGHT), (x, 0.0, 0.0), GREY)
    handle = -HANDLE_FRONT - middle
    add_cylinder(drawer, _HANDLE_RADIUS, _HANDLE_HALF, (0.0, handle, 0.0), STEEL)
    post = (-_DEPTH - handle) / 2
    for z in (-_HANDLE_HALF + 0.004, _HANDLE_HALF - 0.004):
        add_box(drawer, (0.004, post, 0.004), (0.0, handle + post, z), STEEL, solid=False)
    spec.add_exclude(bodyname1=chest, bodyname2=name)
    for other in range(index):
        spec.add_exclude(bodyname1=drawer_of(chest, other), bodyname2=name)
