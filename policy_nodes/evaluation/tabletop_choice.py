"""What a policy does first where a memory task needs memory: right or wrong.

Once everything looks the same and the button was pressed, the first key pose that goes for one of
the candidates is the choice: a drawer's handle, a patch, a block. Retries may lead to success, but
they change nothing of it. Without memory it is right by chance alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.simulation.tabletop.objects.chest import DRAWERS, slide_of
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.tasks import put_block_back, rearrange_block
from policy_nodes.simulation.tabletop.tasks.drawer_moves import DrawerMoves
from policy_nodes.simulation.tabletop.tasks.memory_blocks import MIDDLE
from policy_nodes.simulation.tabletop.tasks.memory_button import BUTTON, ButtonRest
from policy_nodes.simulation.tabletop.tasks.registry import MEMORY_TASKS
from policy_nodes.simulation.tabletop.tasks.reopen_drawer import CHOSEN
from policy_nodes.simulation.tabletop.tasks.task import World

Floats = NDArray[np.float64]

REACH = 0.1  # [m] a key pose farther from every candidate goes for none
ABOVE = 0.35  # [m] over the table, above which a key pose goes for no patch


class Scene(NamedTuple):
    """Where things are that a key pose may go for.

    Attributes:
        candidates: (n, 3) places in the order of the answers [m].
        others: (k, 3) places that are none [m].
        hidden: nothing shows any more which candidate is right.
        flat: only x and y count up to `ABOVE`: key poses go to places above them, too.
    """

    candidates: Floats
    others: Floats
    hidden: bool
    flat: bool


def _drawers(world: World) -> Scene:
    opened = [world.joint(slide_of('chest', index)) for index in range(len(DRAWERS))]
    handles = [
        DrawerMoves(world, 'chest', index).tip(opening) for index, opening in enumerate(opened)
    ]
    button = world.body(BUTTON)[0]
    return Scene(np.array(handles), button[None], max(opened) < CHOSEN, flat=False)


def _patches(world: World, count: int) -> tuple[Floats, Floats]:
    """Places of patches (count, 3), and of middle and button (2, 3)."""
    patches = np.array([world.body(f'patch_{number + 1}')[0] for number in range(count)])
    middle = np.array([*MIDDLE, patches[0, 2]])
    return patches, np.array([middle, world.body(BUTTON)[0]])


def _block_back(world: World) -> Scene:
    patches, others = _patches(world, len(put_block_back.PATCHES))
    block = world.body(put_block_back.BLOCK)[0]
    left = _nearest(block, np.concatenate([patches, others]), flat=True) >= len(patches)
    return Scene(patches, others, left, flat=True)


def _two_blocks(world: World) -> Scene:
    patches, others = _patches(world, len(rearrange_block.PATCHES))
    places = np.concatenate([patches, others])
    blocks = (rearrange_block.MOVER, rearrange_block.STAYER)
    stand = {_nearest(world.body(name)[0], places, flat=True) for name in blocks}
    return Scene(patches, others, stand == set(range(len(patches))), flat=True)


SCENES: Mapping[str, Callable[[World], Scene]] = MappingProxyType(
    {'reopen_drawer': _drawers, 'put_block_back': _block_back, 'rearrange_block': _two_blocks}
)


def chance_of(task: str) -> float | None:
    """Share of first choices that are right without memory; None for tasks that need none."""
    return 1.0 / MEMORY_TASKS[task].variations if task in MEMORY_TASKS else None


class FirstChoice:
    """Watches an episode of any task for it.

    Attributes:
        chosen: candidate, in the order of the answers; None before, and for tasks that need no
            memory.
    """

    def __init__(self, task: str, answer: int, world: World) -> None:
        """Note how far the button's cap stands out.

        Args:
            task: its name.
            answer: the right candidate; the variation of the memory tasks.
            world: at the beginning of the episode.
        """
        self.chosen: int | None = None
        self._answer = answer
        self._scene = SCENES.get(task)
        self._rest = ButtonRest(world) if self._scene is not None else None
        self._pressed = False

    @property
    def right(self) -> bool | None:
        """Whether it was the right one; None before it."""
        return None if self.chosen is None else self.chosen == self._answer

    def look(self, world: World) -> None:
        """Look at the button; after every control period."""
        if self._rest is not None and not self._pressed:
            self._pressed = self._rest.pressed(world)

    def take(self, key_pose: KeyPose, world: World) -> None:
        """Look at a key pose that was chosen, before anything moves."""
        if self._scene is None or not self._pressed or self.chosen is not None:
            return
        scene = self._scene(world)
        too_high = scene.flat and key_pose.position[2] > TABLE_TOP + ABOVE
        if too_high or not scene.hidden:
            return
        places = np.concatenate([scene.candidates, scene.others])
        nearest = _nearest(key_pose.position, places, flat=scene.flat)
        away = _distances(key_pose.position, places, flat=scene.flat)[nearest]
        if nearest < len(scene.candidates) and away < REACH:
            self.chosen = nearest


def _distances(point: Floats, places: Floats, *, flat: bool) -> Floats:
    axes = 2 if flat else 3
    away: Floats = np.linalg.norm(places[:, :axes] - point[:axes], axis=1)
    return away


def _nearest(point: Floats, places: Floats, *, flat: bool) -> int:
    return int(_distances(point, places, flat=flat).argmin())
