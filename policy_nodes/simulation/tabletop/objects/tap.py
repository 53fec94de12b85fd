"""A tap with two handles that turn about upright axes."""

from __future__ import annotations

import mujoco

from policy_nodes.simulation.tabletop.objects.colours import STEEL
from policy_nodes.simulation.tabletop.objects.geoms import (
    Floats,
    add_box,
    add_cylinder,
    turned,
)
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP

SIDES = ('left', 'right')
APART = 0.09  # [m] each handle from the middle, to the left and right
HEIGHT = 0.11  # [m] of the middle of the handles above the table
_HANDLE_HALF = (0.035, 0.007, 0.012)


def hinge_of(name: str, side: int) -> str:
    """Joint of a handle: how far it is turned, counter-clockwise [rad]."""
    return f'{name}_{SIDES[side]}_hinge'


def add_tap(spec: mujoco.MjSpec, name: str, place: Floats, yaw: float) -> None:
    """Fix a tap to the table; its spout points along -x, at the arm, when yaw is zero.

    Args:
        spec: of the world.
        name: of the body.
        place: (2,) of its middle [m].
        yaw: [rad].
    """
    body = spec.worldbody.add_body(
        name=name, pos=[place[0], place[1], TABLE_TOP], quat=turned(yaw)
    )
    add_box(body, (0.02, 0.02, 0.05), (0.0, 0.0, 0.05), STEEL)
    add_box(body, (0.045, 0.01, 0.01), (-0.045, 0.0, 0.085), STEEL)
    add_box(body, (0.015, APART + 0.015, 0.012), (0.0, 0.0, 0.012), STEEL)
    for side, y in enumerate((APART, -APART)):
        pillar = (HEIGHT - _HANDLE_HALF[2] - 0.002) / 2
        add_cylinder(body, 0.012, pillar, (0.0, y, pillar), STEEL)
        handle = body.add_body(name=f'{name}_{SIDES[side]}', pos=[0.0, y, HEIGHT])
        handle.add_joint(
            name=hinge_of(name, side),
            type=mujoco.mjtJoint.mjJNT_HINGE,
            axis=[0.0, 0.0, 1.0],
            range=[0.0, 2.1],
            limited=mujoco.mjtLimited.mjLIMITED_TRUE,
            damping=0.05,
            frictionloss=0.1,
            armature=0.002,
        )
        add_box(handle, _HANDLE_HALF, (0.0, 0.0, 0.0), (0.8, 0.1, 0.1, 1.0))
        spec.add_exclude(bodyname1=name, bodyname2=f'{name}_{SIDES[side]}')
