"""Open the named drawer and put the block on the chest into it."""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.geometry.frames import rotate, yaw_from_quaternion
from policy_nodes.simulation.tabletop.objects.block import SMALL_EDGE, add_block
from policy_nodes.simulation.tabletop.objects.chest import (
    DRAWERS,
    HANDLE_FRONT,
    HANDLE_HEIGHTS,
    OPENING,
    TOP,
    add_chest,
    drawer_of,
)
from policy_nodes.simulation.tabletop.objects.colours import COLOURS
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.tasks.chest_place import draw_chest
from policy_nodes.simulation.tabletop.tasks.drawer_moves import DrawerMoves
from policy_nodes.simulation.tabletop.tasks.grasp import grasp_block
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.poses import (
    CLOSED,
    OPEN,
    at,
    downwards,
    held,
    over,
    step,
)
from policy_nodes.simulation.tabletop.tasks.task import Draw, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = (
    'put the block in the {drawer} drawer',
    'open the {drawer} drawer and place the block inside of it',
    'take the block from the chest and leave it in the {drawer} drawer',
)
# [m] of the tip before the handle that it let go, and over the table: clear of the open drawer
BACK, RAISED = 0.05, TOP + 0.08
INSIDE = np.array([0.125, 0.105, 0.040])  # [m] half the room in a drawer, about its middle


class PutItemInDrawer:
    """A chest with three shut drawers and a block on top; the variation is the drawer."""

    name = 'put_item_in_drawer'
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
        """Put the chest down and the block on it."""
        check_variation(self.name, draw.variation, self.variations)
        self.succeeded = False
        self._drawer = draw.variation
        self.placement = Placement(draw.random)
        place, yaw = draw_chest(draw.random, self.placement)
        add_chest(spec, 'chest', place, yaw)
        aside = draw.random.uniform((-0.07, -0.06), (0.07, 0.03))
        block_yaw = draw.random.uniform(-np.pi, np.pi)
        where = at(place, yaw, (float(aside[0]), float(aside[1])))
        colour = COLOURS['blue']
        add_block(spec, 'block', where, block_yaw, colour, edge=SMALL_EDGE, below=TABLE_TOP + TOP)

    def begin(self, world: World) -> None:
        """Nothing to note."""

    def watch(self, world: World) -> None:
        """See whether the block lies in the drawer."""
        position, quaternion = world.body(drawer_of('chest', self._drawer))
        from_middle = world.body('block')[0] - position
        from_middle[:2] = rotate(from_middle[:2], -yaw_from_quaternion(quaternion))
        if (np.abs(from_middle) < INSIDE).all() and not held(world, 'block'):
            self.succeeded = True

    def waypoints(self, world: World) -> list[Waypoint]:
        """Open the drawer, let go and up; take the block, carry it there, let it fall."""
        moves = DrawerMoves(world, 'chest', self._drawer)
        above, grasp = grasp_block(world, 'block', SMALL_EDGE)
        chest, quaternion = world.body('chest')
        yaw = yaw_from_quaternion(quaternion)
        # the middle of what stands out of the frame, a little nearer to the handle
        drop = at(chest, yaw, (0.0, -HANDLE_FRONT - OPENING + 0.10))
        down = downwards(yaw)
        height = TABLE_TOP + HANDLE_HEIGHTS[self._drawer]
        high = TABLE_TOP + TOP + 0.16
        return [
            *moves.grasp(moves.opened),
            moves.pull(),
            step(over(moves.tip(OPENING, BACK), TABLE_TOP + RAISED), moves.quaternion, OPEN),
            above,
            grasp,
            step(over(grasp.pose.position, high), above.pose.quaternion, CLOSED),
            step(over(drop, high), down, CLOSED, straight=False),
            step(over(drop, height + 0.045), down, OPEN),
        ]
