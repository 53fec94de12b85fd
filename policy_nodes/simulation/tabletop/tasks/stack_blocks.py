"""Stack two or three blocks of the named colour on the grey pad."""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.block import SMALL_EDGE, add_block
from policy_nodes.simulation.tabletop.objects.colours import COLOURS, GREY, NAMES
from policy_nodes.simulation.tabletop.objects.patch import add_patch
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.tasks.colour_draw import other_colours
from policy_nodes.simulation.tabletop.tasks.grasp import RAISED, grasp_block, hold_height
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.poses import (
    CLOSED,
    OPEN,
    downwards,
    held,
    over,
    step,
)
from policy_nodes.simulation.tabletop.tasks.task import Draw, Floats, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = (
    'stack {count} {colour} blocks on the grey pad',
    'build a tower of {count} {colour} cubes on the pad',
    'place {count} of the {colour} blocks on top of each other on the grey pad',
)
COUNTS = {2: 'two', 3: 'three'}
BLOCKS = tuple(f'block_{number}' for number in (1, 2, 3))
OTHERS = ('other_1', 'other_2')
# [m] a block of the tower may lie this far from where it should be
ASIDE, LEVEL = 0.035, 0.008


class StackBlocks:
    """Three blocks of one colour and two of others; the variation is colour and count."""

    name = 'stack_blocks'
    variations = len(NAMES) * len(COUNTS)
    wordings = len(SENTENCES)

    def __init__(self) -> None:
        """Wait for a scene."""
        self.succeeded = False
        self.placement = Placement(np.random.default_rng(0))
        self._count = 0

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked."""
        check_variation(self.name, variation, self.variations)
        words = {'colour': NAMES[variation // 2], 'count': COUNTS[2 + variation % 2]}
        return worded(self.name, SENTENCES, variation, self.variations, wording, **words)

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Paint the pad and put the blocks down."""
        check_variation(self.name, draw.variation, self.variations)
        self.succeeded = False
        self._count = 2 + draw.variation % 2
        self.placement = Placement(draw.random)
        add_patch(spec, 'pad', self.placement.spot(0.10), GREY)
        colour, *others = other_colours(draw, draw.variation // 2, len(OTHERS))
        colours = [colour] * len(BLOCKS) + others
        for name, shade in zip(BLOCKS + OTHERS, colours, strict=True):
            place = self.placement.spot(0.065)
            yaw = draw.random.uniform(-np.pi, np.pi)
            add_block(spec, name, place, yaw, COLOURS[shade], edge=SMALL_EDGE)

    def begin(self, world: World) -> None:
        """Nothing to note."""

    def watch(self, world: World) -> None:
        """See whether a tower stands on its own."""
        places = np.array([world.body(name)[0] for name in BLOCKS])
        if self._tower(places, world.body('pad')[0]) and not any(
            held(world, name) for name in BLOCKS
        ):
            self.succeeded = True

    def _tower(self, places: Floats, pad: Floats) -> bool:
        """Whether as many blocks as asked for lie on each other over the pad."""
        on_pad = np.abs(places[:, :2] - pad[:2]).max(axis=1) < ASIDE
        levels = (places[:, 2] - TABLE_TOP) / SMALL_EDGE - 0.5
        at_level = np.abs(levels[:, None] - np.arange(self._count)) < LEVEL / SMALL_EDGE
        return bool((at_level & on_pad[:, None]).any(axis=0).all())

    def waypoints(self, world: World) -> list[Waypoint]:
        """From the right, one block after another: take it, up, over the pad, down, open, up."""
        pad = world.body('pad')[0]
        # the blocks look the same: a rule that can be seen says which is next
        order = sorted(BLOCKS, key=lambda name: float(world.body(name)[0][1]))
        steps: list[Waypoint] = []
        for level, name in enumerate(order[: self._count]):
            above, grasp = grasp_block(world, name, SMALL_EDGE)
            quaternion = grasp.pose.quaternion
            down = TABLE_TOP + SMALL_EDGE * (level + 0.5) + hold_height(SMALL_EDGE) + 0.002
            high = TABLE_TOP + SMALL_EDGE * len(BLOCKS) + RAISED
            steps += [
                above,
                grasp,
                step(over(grasp.pose.position, high), quaternion, CLOSED, ignore_collisions=True),
                step(over(pad, high), downwards(), CLOSED, straight=False),
                step(over(pad, down), downwards(), OPEN, ignore_collisions=True),
                step(over(pad, high), downwards(), OPEN, ignore_collisions=True),
            ]
        return steps
