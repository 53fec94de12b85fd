"""MemoryBench's rearrange_block: fill the empty patch, button, then empty the other one.

Source: Fang et al., SAM2Act (arXiv 2501.18564), MemoryBench; geometry and rules of its task. Both
blocks look the same once both are on patches.
"""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.block import EDGE
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
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
    'move the block that is not on a patch onto the empty patch, press the button, '
    'then move the block that has not been moved off its patch',
    'fill the empty patch with the free block, push the button, '
    'and take the other block off its patch to the middle',
)
PATCHES = ((0.025, 0.35), (0.031, 0.001))
MOVER, STAYER = 'mover', 'stayer'
HIGH, HIGH_LIFT = 0.2615, 0.2445  # [m] of the tip above the table, over standing blocks
LIFTED = 0.03  # [m] a block is taken as the policy's choice


class RearrangeBlock:
    """Two patches, a block on one and a block between, and a button; the variation is the patch.

    The answer is the patch that the block to be moved last stands on.
    """

    name = 'rearrange_block'
    variations = len(PATCHES)
    wordings = len(SENTENCES)
    # steps of the expert: before these the answer is not to be seen any more, the last needs it
    hidden, decision = 5, 6

    def __init__(self) -> None:
        """Wait for a scene."""
        self.placement = Placement(np.random.default_rng(0))
        self._forget(0)

    def _forget(self, answer: int) -> None:
        self.answer = answer
        self.first_choice: int | None = None
        self._latches = Latches(('lifted', 'pressed', 'left'))
        self._arranged = False
        self._spots: list[Spot] = []
        self._rest: ButtonRest | None = None

    @property
    def succeeded(self) -> bool:
        """One block is on the patch that was empty, the other in the middle."""
        return self._latches.all and self._arranged

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked, the same for every variation."""
        return worded(self.name, SENTENCES, variation, self.variations, wording)

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Paint the patches, put the blocks down, fix the button to the table."""
        check_variation(self.name, draw.variation, self.variations)
        self._forget(draw.variation)
        self.placement = Placement(draw.random)
        self._spots = lay_spots(spec, draw.random, PATCHES)
        self._spots[self.answer].put(spec, STAYER)
        self._spots[-1].put(spec, MOVER)
        put_button_beside(spec, draw, self.placement, self._spots)

    def begin(self, world: World) -> None:
        """Note how far the cap stands out."""
        self._rest = ButtonRest(world)

    def watch(self, world: World) -> None:
        """Look at the blocks and the button."""
        assert self._rest is not None, 'begin comes before watch'
        patch, empty = self._spots[self.answer], self._spots[1 - self.answer]
        mover, stayer = (world.body(name)[0] for name in (MOVER, STAYER))
        lifted = TABLE_TOP + EDGE / 2 + LIFTED
        mover_up, stayer_up = bool(mover[2] > lifted), bool(stayer[2] > lifted)
        self._latches.see(
            lifted=mover_up,
            pressed=self._rest.pressed(world),
            left=not patch.sees(stayer, PATCH_SENSOR),
        )
        self._arranged = (
            empty.sees(mover, PATCH_SENSOR)
            and self._spots[-1].sees(stayer, MIDDLE_SENSOR)
            and not held(world, MOVER)
            and not held(world, STAYER)
        )
        if self._latches['pressed'] and self.first_choice is None and (mover_up or stayer_up):
            self.first_choice = self.answer if stayer_up else 1 - self.answer

    def waypoints(self, world: World) -> list[Waypoint]:
        """Carry the free block to the empty patch; press the button; carry the other away."""
        patch, empty, middle = (
            self._spots[self.answer],
            self._spots[1 - self.answer],
            self._spots[-1],
        )
        at_patch, at_empty, at_middle = (downwards(spot.yaw) for spot in (patch, empty, middle))
        return [
            step(tip_over(middle.block, GRASP), at_middle, CLOSED, straight=False),
            step(tip_over(middle.block, HIGH), at_middle, CLOSED),
            step(tip_over(empty.block, HIGH), at_empty, CLOSED, straight=False),
            step(tip_over(empty.block, GRASP), at_empty, OPEN),
            *press_button(world, BUTTON),
            step(tip_over(patch.block, OVER), at_patch, OPEN, straight=False),
            step(tip_over(patch.block, GRASP), at_patch, CLOSED),
            step(tip_over(patch.block, HIGH_LIFT), at_patch, CLOSED),
            step(tip_over(middle.block, HIGH), at_middle, CLOSED, straight=False),
            step(tip_over(middle.block, GRASP), at_middle, OPEN),
        ]
