"""How experts open and shut drawers."""

from __future__ import annotations

import numpy as np

from policy_nodes.geometry.frames import yaw_from_quaternion
from policy_nodes.simulation.tabletop.objects.chest import (
    HANDLE_FRONT,
    HANDLE_HEIGHTS,
    OPENING,
    slide_of,
)
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.tasks.poses import CLOSED, OPEN, at, level, over, step
from policy_nodes.simulation.tabletop.tasks.task import Floats, Waypoint, World

CLEAR = 0.04  # [m] of the tip before a handle that it is about to grasp


class DrawerMoves:
    """Poses of the tip about one drawer's handle."""

    def __init__(self, world: World, chest: str, drawer: int) -> None:
        """Look where the chest stands and how far the drawer is open.

        Args:
            world: to look at.
            chest: body of its frame.
            drawer: counted from the bottom.
        """
        position, quaternion = world.body(chest)
        self._origin = position
        self._yaw = yaw_from_quaternion(quaternion)
        self._height = TABLE_TOP + HANDLE_HEIGHTS[drawer]
        self.opened = world.joint(slide_of(chest, drawer))
        self.quaternion = level(self._yaw + np.pi / 2)

    def tip(self, opened: float, before: float = 0.0) -> Floats:
        """Position (3,) of a tip at the handle of a drawer that is open so far.

        Args:
            opened: [m].
            before: how far the tip is in front of the handle [m].
        """
        away = -HANDLE_FRONT - opened - before
        return over(at(self._origin, self._yaw, (0.0, away)), self._height)

    def grasp(self, opened: float) -> list[Waypoint]:
        """Before the handle with open fingers, then at it and close."""
        return [
            step(self.tip(opened, CLEAR), self.quaternion, OPEN, straight=False),
            step(self.tip(opened), self.quaternion, CLOSED),
        ]

    def pull(self) -> Waypoint:
        """Open the grasped drawer and let go."""
        return step(self.tip(OPENING), self.quaternion, OPEN)
