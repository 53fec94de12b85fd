"""Open the named drawer."""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.chest import DRAWERS, add_chest, slide_of
from policy_nodes.simulation.tabletop.tasks.chest_place import draw_chest
from policy_nodes.simulation.tabletop.tasks.drawer_moves import DrawerMoves
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.task import Draw, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = (
    'open the {drawer} drawer',
    'pull the {drawer} drawer open',
    'grip the {drawer} handle and pull the drawer out',
)
PULLED = 0.15  # [m]


class OpenDrawer:
    """A chest with three shut drawers; the variation is the one to be opened."""

    name = 'open_drawer'
    variations = len(DRAWERS)
    wordings = len(SENTENCES)

    def __init__(self) -> None:
        """Wait for a scene."""
        self.succeeded = False
        self.placement = Placement(np.random.default_rng(0))
        self._drawer = 0

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked."""
        check_variation(self.name, variation, self.variations)
        drawer = DRAWERS[variation]
        return worded(self.name, SENTENCES, variation, self.variations, wording, drawer=drawer)

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Put the chest down."""
        check_variation(self.name, draw.variation, self.variations)
        self.succeeded = False
        self._drawer = draw.variation
        self.placement = Placement(draw.random)
        place, yaw = draw_chest(draw.random, self.placement)
        add_chest(spec, 'chest', place, yaw)

    def begin(self, world: World) -> None:
        """Nothing to note."""

    def watch(self, world: World) -> None:
        """See how far the drawer is open."""
        if world.joint(slide_of('chest', self._drawer)) > PULLED:
            self.succeeded = True

    def waypoints(self, world: World) -> list[Waypoint]:
        """Before the handle, at it, pull."""
        moves = DrawerMoves(world, 'chest', self._drawer)
        return [*moves.grasp(moves.opened), moves.pull()]
