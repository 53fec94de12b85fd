"""Lift the block of the named colour."""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.block import SMALL_EDGE, add_block
from policy_nodes.simulation.tabletop.objects.colours import COLOURS, NAMES
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.tasks.colour_draw import other_colours
from policy_nodes.simulation.tabletop.tasks.grasp import grasp_block
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.poses import CLOSED, held, over, step
from policy_nodes.simulation.tabletop.tasks.task import Draw, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = (
    'lift the {colour} block',
    'pick up the {colour} block',
    'raise the {colour} cube off the table',
)
LIFTED = 0.10  # [m]


class LiftBlock:
    """Three blocks on the table; the variation is the colour of the one to be lifted."""

    name = 'lift_block'
    variations = len(NAMES)
    wordings = len(SENTENCES)

    def __init__(self) -> None:
        """Wait for a scene."""
        self.succeeded = False
        self.placement = Placement(np.random.default_rng(0))

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked."""
        check_variation(self.name, variation, self.variations)
        colour = NAMES[variation]
        return worded(self.name, SENTENCES, variation, self.variations, wording, colour=colour)

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Put the blocks down."""
        check_variation(self.name, draw.variation, self.variations)
        self.succeeded = False
        self.placement = Placement(draw.random)
        colours = other_colours(draw, draw.variation, 2)
        for name, colour in zip(('block', 'other_1', 'other_2'), colours, strict=True):
            place = self.placement.spot(0.07)
            yaw = draw.random.uniform(-np.pi, np.pi)
            add_block(spec, name, place, yaw, COLOURS[colour], edge=SMALL_EDGE)

    def begin(self, world: World) -> None:
        """Nothing to note."""

    def watch(self, world: World) -> None:
        """See whether the block is up and held."""
        height = world.body('block')[0][2] - TABLE_TOP - SMALL_EDGE / 2
        if height > LIFTED and held(world, 'block'):
            self.succeeded = True

    def waypoints(self, world: World) -> list[Waypoint]:
        """Over it, down, close, up."""
        above, grasp = grasp_block(world, 'block', SMALL_EDGE)
        position, quaternion = grasp.pose.position, grasp.pose.quaternion
        up = over(position, position[2] + LIFTED + 0.06)
        return [above, grasp, step(up, quaternion, CLOSED, ignore_collisions=True)]
