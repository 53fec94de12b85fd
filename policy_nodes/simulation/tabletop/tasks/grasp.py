"""How experts take blocks, put them down, and press buttons."""

from __future__ import annotations

import numpy as np

from policy_nodes.geometry.frames import yaw_from_quaternion
from policy_nodes.simulation.tabletop.objects.block import EDGE
from policy_nodes.simulation.tabletop.objects.button import ABOVE, DOWN
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.tasks.poses import (
    CLOSED,
    OPEN,
    downwards,
    nearest_yaw,
    over,
    step,
)
from policy_nodes.simulation.tabletop.tasks.task import Floats, Waypoint, World

RAISED = 0.12  # [m] of the tip over where it grasps


def hold_height(edge: float) -> float:
    """How far the tip is over the middle of a block that it holds [m]."""
    return 0.0185 if edge == EDGE else 0.012


def block_yaw(world: World, name: str) -> float:
    """Yaw of a tip that takes a block, the nearest to zero of four."""
    return nearest_yaw(yaw_from_quaternion(world.body(name)[1]), np.pi / 2)


def grasp_block(world: World, name: str, edge: float) -> tuple[Waypoint, Waypoint]:
    """Over a block with open fingers, then down and close."""
    position = world.body(name)[0]
    tip = over(position, position[2] + hold_height(edge))
    quaternion = downwards(block_yaw(world, name))
    return (
        step(over(tip, tip[2] + RAISED), quaternion, OPEN, straight=False),
        step(tip, quaternion, CLOSED),
    )


def press_button(world: World, name: str) -> list[Waypoint]:
    """Over a button with closed fingers, then down."""
    place: Floats = world.body(name)[0]
    return [
        step(over(place, TABLE_TOP + ABOVE), downwards(), CLOSED, straight=False),
        step(over(place, TABLE_TOP + DOWN), downwards(), CLOSED, ignore_collisions=True),
    ]
