"""MemoryBench's reopen_drawer: shut the open drawer, push the button, open that drawer again.

Source: Fang et al., SAM2Act (arXiv 2501.18564), MemoryBench; geometry and rules of its task. The
three drawers look the same once shut. Each stops a little short of the frame, drawn anew for
every episode and drawer: how far the pushed one stands out says nothing.
"""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.chest import (
    DRAWERS,
    OPENING,
    add_chest,
    slide_of,
)
from policy_nodes.simulation.tabletop.objects.workspace import CENTRE
from policy_nodes.simulation.tabletop.tasks.chest_place import MIDDLE, keep_chest
from policy_nodes.simulation.tabletop.tasks.drawer_moves import DrawerMoves
from policy_nodes.simulation.tabletop.tasks.grasp import press_button
from policy_nodes.simulation.tabletop.tasks.latches import Latches
from policy_nodes.simulation.tabletop.tasks.memory_button import BUTTON, ButtonRest, put_button
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.poses import OPEN, step
from policy_nodes.simulation.tabletop.tasks.task import Draw, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = (
    'close the opened drawer, push the button, and then open the previous drawer again',
    'shut the open drawer, press the button, then reopen the drawer that was open before',
)
SHUT = 0.19  # [m] a drawer that stood open has moved
REOPENED = 0.09  # [m] a drawer is open when the sensor before the chest sees it
CHOSEN = 0.03  # [m] a drawer has moved when it is taken as the policy's choice
STOPS = (0.0, 0.004)  # [m] how far shut drawers stand out
BEYOND = 0.003  # [m] the expert pushes past a stop
STEPS = 9


class ReopenDrawer:
    """A chest with one open drawer, and a button; the variation is the drawer."""

    name = 'reopen_drawer'
    variations = len(DRAWERS)
    wordings = len(SENTENCES)
    # steps of the expert: before these the answer is not to be seen any more, the last needs it
    hidden, decision = 4, 6

    def __init__(self) -> None:
        """Wait for a scene."""
        self.placement = Placement(np.random.default_rng(0))
        self._forget(0)

    def _forget(self, answer: int) -> None:
        self.answer = answer
        self.first_choice: int | None = None
        self._stops = np.zeros(len(DRAWERS))
        self._latches = Latches(('shut', 'pressed', 'reopened'), ordered=True)
        self._rest: ButtonRest | None = None

    @property
    def succeeded(self) -> bool:
        """The drawer was shut, the button pressed, the drawer opened, in this order."""
        return self._latches.all

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked, the same for every variation."""
        return worded(self.name, SENTENCES, variation, self.variations, wording)

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Put the chest down and the button before it."""
        check_variation(self.name, draw.variation, self.variations)
        self._forget(draw.variation)
        self.placement = Placement(draw.random)
        self._stops = draw.random.uniform(*STOPS, len(DRAWERS))
        opened = np.zeros(len(DRAWERS))
        opened[self.answer] = OPENING
        place = CENTRE[:2] + MIDDLE
        add_chest(spec, 'chest', place, 0.0, opened.tolist(), self._stops.tolist())
        put_button(spec, draw, self.placement, (0.003, -0.316), (0.45, 0.25), 'red')
        keep_chest(self.placement, place, 0.0)

    def begin(self, world: World) -> None:
        """Note how far the cap stands out."""
        self._rest = ButtonRest(world)

    def watch(self, world: World) -> None:
        """Look at the drawers and the button."""
        assert self._rest is not None, 'begin comes before watch'
        opened = np.array([world.joint(slide_of('chest', index)) for index in range(3)])
        target = opened[self.answer]
        self._latches.see(
            shut=bool(OPENING - target > SHUT),
            pressed=self._rest.pressed(world),
            reopened=bool(target > REOPENED),
        )
        moved = np.flatnonzero(opened > CHOSEN)
        if self._latches['pressed'] and self.first_choice is None and len(moved):
            self.first_choice = int(moved[0])

    def waypoints(self, world: World) -> list[Waypoint]:
        """Grasp, push shut, go home; press the button; grasp, pull."""
        moves = DrawerMoves(world, 'chest', self.answer)
        shut = moves.tip(self._stops[self.answer] - BEYOND)
        home = world.tip()
        return [
            *moves.grasp(moves.opened),
            step(shut, moves.quaternion, OPEN, ignore_collisions=True),
            step(home[0], home[1], OPEN, straight=False),
            *press_button(world, BUTTON),
            *moves.grasp(self._stops[self.answer]),
            moves.pull(),
        ]
