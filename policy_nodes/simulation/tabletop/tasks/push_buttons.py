"""Push the named buttons in the named order."""

from __future__ import annotations

from itertools import permutations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.button import PRESSED, add_button, slide_of
from policy_nodes.simulation.tabletop.objects.colours import COLOURS, GREY, NAMES
from policy_nodes.simulation.tabletop.tasks.grasp import press_button
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.task import Draw, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = ('push {row}', 'press {row}', 'push the buttons in this order: {row}')
BUTTONS = tuple(f'button_{number}' for number in (1, 2, 3))


def _orders() -> list[tuple[str, str, str]]:
    """Fifty rows of three colours, the same ever."""
    rows = list(permutations(NAMES, len(BUTTONS)))
    chosen = np.random.default_rng(50).permutation(len(rows))[:50]
    return [rows[index] for index in chosen]


ORDERS = _orders()


class PushButtons:
    """Three buttons of different colours.

    The variation is their colours and how many are to be pushed. A button pushed before its turn
    spoils the episode: not even the right order makes it good again.
    """

    name = 'push_buttons'
    variations = len(ORDERS)
    wordings = len(SENTENCES)

    def __init__(self) -> None:
        """Wait for a scene."""
        self.succeeded = False
        self.placement = Placement(np.random.default_rng(0))
        self._asked = 0
        self._next = 0
        self._spoilt = False

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked."""
        check_variation(self.name, variation, self.variations)
        asked = ORDERS[variation][: _asked(variation)]
        row = ', then '.join(f'the {colour} button' for colour in asked)
        return worded(self.name, SENTENCES, variation, self.variations, wording, row=row)

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Fix the buttons to the table."""
        check_variation(self.name, draw.variation, self.variations)
        self.succeeded = False
        self.placement = Placement(draw.random)
        self._asked, self._next, self._spoilt = _asked(draw.variation), 0, False
        for name, colour in zip(BUTTONS, ORDERS[draw.variation], strict=True):
            place = self.placement.spot(0.085)
            yaw = draw.random.uniform(-np.pi, np.pi)
            add_button(spec, name, place, yaw, GREY, COLOURS[colour])

    def begin(self, world: World) -> None:
        """Nothing to note."""

    def watch(self, world: World) -> None:
        """See which buttons are down."""
        if self.succeeded:
            return
        down = [world.joint(slide_of(name)) > PRESSED for name in BUTTONS]
        if self._next < self._asked and down[self._next]:
            self._next += 1
        # one that was pushed in its turn may stay down or go down again
        self._spoilt = self._spoilt or any(down[self._next :])
        self.succeeded = self._next == self._asked and not self._spoilt

    def waypoints(self, world: World) -> list[Waypoint]:
        """Over each, and down."""
        return [way for name in BUTTONS[: self._asked] for way in press_button(world, name)]


def _asked(variation: int) -> int:
    return 1 + variation % len(BUTTONS)
