"""A push button: a box with a cap on a spring."""

from __future__ import annotations

import mujoco

from policy_nodes.simulation.tabletop.objects.colours import Rgba
from policy_nodes.simulation.tabletop.objects.geoms import (
    Floats,
    add_box,
    add_cylinder,
    turned,
)
from policy_nodes.simulation.tabletop.objects.workspace import BEYOND_TIP, TABLE_TOP

PRESSED = 0.003  # [m] the cap has gone down this far
TRAVEL = 0.010  # [m] it can go
EDGE = 0.10  # [m] of the box
CAP_RADIUS, CAP_TOP = 0.028, 0.0263  # [m]
_BOX_TOP, _CAP_HALF = 0.019, 0.006

ABOVE = 0.1625  # [m] of the tip over the table, before pressing
# [m] of the tip while pressing: the ends of the fingers take the cap most of its way
DOWN = CAP_TOP - 0.008 + BEYOND_TIP


def slide_of(name: str) -> str:
    """Joint of a button's cap: how far it is pressed [m]."""
    return f'{name}_slide'


def add_button(
    spec: mujoco.MjSpec, name: str, place: Floats, yaw: float, box: Rgba, cap: Rgba
) -> None:
    """Fix a button to the table.

    Args:
        spec: of the world.
        name: of the body of the box.
        place: (2,) of its centre [m].
        yaw: [rad].
        box: colour of the box.
        cap: colour of the cap.
    """
    body = spec.worldbody.add_body(
        name=name, pos=[place[0], place[1], TABLE_TOP], quat=turned(yaw)
    )
    add_box(body, (EDGE / 2, EDGE / 2, _BOX_TOP / 2), (0.0, 0.0, _BOX_TOP / 2), box)
    moving = body.add_body(name=f'{name}_cap', pos=[0.0, 0.0, CAP_TOP - _CAP_HALF])
    moving.add_joint(
        name=slide_of(name),
        type=mujoco.mjtJoint.mjJNT_SLIDE,
        axis=[0.0, 0.0, -1.0],
        range=[0.0, TRAVEL],
        limited=mujoco.mjtLimited.mjLIMITED_TRUE,
        # pushes up with 2 N at rest and 4 N at the bottom
        stiffness=200.0,
        springref=-0.01,
        solref_limit=[0.005, 1.0],
        damping=3.0,
        armature=0.02,
    )
    add_cylinder(moving, CAP_RADIUS, _CAP_HALF, (0.0, 0.0, 0.0), cap)
    spec.add_exclude(bodyname1=name, bodyname2=f'{name}_cap')
