"""MemoryBench's put_block_back: block to the middle, button, block back to where it was.

Source: Fang et al., SAM2Act (arXiv 2501.18564), MemoryBench; geometry and rules of its task. The
four patches look the same once the block has left.
"""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.tasks.grasp import press_button
from policy_nodes.simulation.tabletop.tasks.latches import Latches
from policy_nodes.simulation.tabletop.tasks.memory_blocks import (
    GRASP,
    MIDDLE_SENSOR,
    OVER,
    PATCH_SENSOR,
    Spot,
    lay_spots,
    put_button_beside,
    tip_over,
)
from policy_nodes.simulation.tabletop.tasks.memory_button import BUTTON, ButtonRest
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.poses import CLOSED, OPEN, downwards, held, step
from policy_nodes.simulation.tabletop.tasks.task import Draw, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = (
    'move the block on the patch to the centre, press the button, '
    'then move the block back to its initial patch',
    'bring the block from its patch to the middle, push the button, '
    'and return the block to where it was',
)
PATCHES = ((0.025, 0.35), (0.206, 0.176), (0.025, 0.0), (-0.175, 0.175))
BLOCK = 'block'


class PutBlockBack:
    """Four patches, a block on one of them, and a button; the variation is the patch."""

    name = 'put_block_back'
    variations = len(PATCHES)
    wordings = len(SENTENCES)
    # steps of the expert: before these the answer is not to be seen any more, the last needs it
    hidden, decision = 3, 10

    def __init__(self) -> None:
        """Wait for a scene."""
        self.placement = Placement(np.random.default_rng(0))
        self._forget(0)

    def _forget(self, answer: int) -> None:
        self.answer = answer
        self.first_choice: int | None = None
        self._latches = Latches(('left', 'centred', 'pressed'))
        self._back = False
        self._spots: list[Spot] = []
        self._rest: ButtonRest | None = None

    @property
    def succeeded(self) -> bool:
        """The block is back on its patch, after it was in the middle and the button down."""
        return self._latches.all and self._back

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked, the same for every variation."""
        return worded(self.name, SENTENCES, variation, self.variations, wording)

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Paint the patches, put the block on one, fix the button to the table."""
        check_variation(self.name, draw.variation, self.variations)
        self._forget(draw.variation)
        self.placement = Placement(draw.random)
        self._spots = lay_spots(spec, draw.random, PATCHES)
        self._spots[self.answer].put(spec, BLOCK)
        put_button_beside(spec, draw, self.placement, self._spots)

    def begin(self, world: World) -> None:
        """Note how far the cap stands out."""
        self._rest = ButtonRest(world)

    def watch(self, world: World) -> None:
        """Look at the block and the button."""
        assert self._rest is not None, 'begin comes before watch'
        *patches, middle = self._spots
        block = world.body(BLOCK)[0]
        on = [spot.sees(block, PATCH_SENSOR) for spot in patches]
        self._latches.see(
            left=not on[self.answer],
            centred=middle.sees(block, MIDDLE_SENSOR),
            pressed=self._rest.pressed(world),
        )
        self._back = on[self.answer] and not held(world, BLOCK)
        if self._latches.all and self.first_choice is None and any(on):
            self.first_choice = on.index(True)

    def waypoints(self, world: World) -> list[Waypoint]:
        """Carry the block to the middle; press the button; carry it back."""
        there, middle = self._spots[self.answer], self._spots[-1]
        at_there, at_middle = downwards(there.yaw), downwards(middle.yaw)
        return [
            step(tip_over(there.block, GRASP), at_there, CLOSED, straight=False),
            step(tip_over(there.block, OVER), at_there, CLOSED, ignore_collisions=True),
            step(
                tip_over(middle.block, OVER),
                at_middle,
                CLOSED,
                ignore_collisions=True,
                straight=False,
            ),
            step(tip_over(middle.block, GRASP), at_middle, OPEN, ignore_collisions=True),
            step(tip_over(middle.block, OVER), at_middle, OPEN, ignore_collisions=True),
            *press_button(world, BUTTON),
            step(
                tip_over(middle.block, OVER),
                at_middle,
                OPEN,
                ignore_collisions=True,
                straight=False,
            ),
            step(tip_over(middle.block, GRASP), at_middle, CLOSED),
            step(tip_over(middle.block, OVER), at_middle, CLOSED, ignore_collisions=True),
            step(
                tip_over(there.block, OVER),
                at_there,
                CLOSED,
                ignore_collisions=True,
                straight=False,
            ),
            step(tip_over(there.block, GRASP), at_there, OPEN, ignore_collisions=True),
        ]
