"""Turn the named handle of the tap."""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.geometry.frames import yaw_from_quaternion
from policy_nodes.simulation.tabletop.objects.tap import APART, HEIGHT, SIDES, add_tap, hinge_of
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.poses import CLOSED, OPEN, at, downwards, over, step
from policy_nodes.simulation.tabletop.tasks.task import Draw, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = (
    'turn the {side} tap',
    'open the {side} tap',
    'grip the {side} handle of the tap and turn it counter-clockwise',
)
AREA = ((0.15, 0.38), (-0.2, 0.2))  # [m] of its middle
TURN = 0.4  # [rad] of the tap, each way
TURNED = 1.3  # [rad] of a handle
TWIST = 1.65  # [rad] of the expert's hand
ABOVE = 0.10  # [m]


class TurnTap:
    """A tap with two handles; the variation is the one to be turned, seen by the arm."""

    name = 'turn_tap'
    variations = len(SIDES)
    wordings = len(SENTENCES)

    def __init__(self) -> None:
        """Wait for a scene."""
        self.succeeded = False
        self.placement = Placement(np.random.default_rng(0))
        self._side = 0

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked."""
        check_variation(self.name, variation, self.variations)
        side = SIDES[variation]
        return worded(self.name, SENTENCES, variation, self.variations, wording, side=side)

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Fix the tap to the table."""
        check_variation(self.name, draw.variation, self.variations)
        self.succeeded = False
        self._side = draw.variation
        self.placement = Placement(draw.random)
        place = self.placement.spot(0.16, AREA)
        add_tap(spec, 'tap', place, draw.random.uniform(-TURN, TURN))

    def begin(self, world: World) -> None:
        """Nothing to note."""

    def watch(self, world: World) -> None:
        """See how far the handle is turned."""
        if world.joint(hinge_of('tap', self._side)) > TURNED:
            self.succeeded = True

    def waypoints(self, world: World) -> list[Waypoint]:
        """Over the handle, grip it, turn."""
        position, quaternion = world.body('tap')
        yaw = yaw_from_quaternion(quaternion)
        place = at(position, yaw, (0.0, APART if self._side == 0 else -APART))
        height = TABLE_TOP + HEIGHT
        return [
            step(over(place, height + ABOVE), downwards(yaw), OPEN, straight=False),
            step(over(place, height), downwards(yaw), CLOSED),
            step(over(place, height), downwards(yaw + TWIST), CLOSED, ignore_collisions=True),
        ]
