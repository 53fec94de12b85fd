"""Bring the tip into the sphere of the named colour."""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.colours import COLOURS, NAMES
from policy_nodes.simulation.tabletop.objects.target import RADIUS, add_target
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.tasks.colour_draw import other_colours
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.poses import CLOSED, downwards, over, step
from policy_nodes.simulation.tabletop.tasks.task import Draw, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = (
    'reach the {colour} target',
    'touch the {colour} ball with the gripper',
    'move the tip to the {colour} sphere',
)
HEIGHTS = (0.10, 0.35)  # [m] of the spheres above the table


class ReachTarget:
    """Three spheres in the air; the variation is the colour of the one to be reached."""

    name = 'reach_target'
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
        """Hang the spheres up."""
        check_variation(self.name, draw.variation, self.variations)
        self.succeeded = False
        self.placement = Placement(draw.random)
        colours = other_colours(draw, draw.variation, 2)
        for name, colour in zip(('target', 'other_1', 'other_2'), colours, strict=True):
            place = self.placement.spot(0.06)
            height = TABLE_TOP + draw.random.uniform(*HEIGHTS)
            add_target(spec, name, over(place, height), COLOURS[colour])

    def begin(self, world: World) -> None:
        """Nothing to note."""

    def watch(self, world: World) -> None:
        """See whether the tip is in the sphere."""
        away = np.linalg.norm(world.tip()[0] - world.body('target')[0])
        self.succeeded = self.succeeded or bool(away < RADIUS)

    def waypoints(self, world: World) -> list[Waypoint]:
        """Go there."""
        return [step(world.body('target')[0], downwards(), CLOSED, straight=False)]
