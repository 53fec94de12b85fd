"""Blocks and patches of MemoryBench, and the sensors over the patches.

Source: Fang et al., SAM2Act (arXiv 2501.18564), MemoryBench; geometry of its tasks.
"""

from __future__ import annotations

from collections.abc import Sequence

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.block import EDGE, add_block
from policy_nodes.simulation.tabletop.objects.colours import COLOURS
from policy_nodes.simulation.tabletop.objects.patch import add_patch
from policy_nodes.simulation.tabletop.objects.workspace import CENTRE, TABLE_TOP
from policy_nodes.simulation.tabletop.tasks.memory_button import put_button
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.task import Draw, Floats

MIDDLE = CENTRE[:2] + np.array([0.025, 0.175])  # [m] where nothing is painted
PATCH_SENSOR, MIDDLE_SENSOR = 0.0375, 0.0625  # [m] half the edges of what they see
SENSOR_TOP = 0.03  # [m] above the table

# Every block that stands, whether nobody or a gripper put it there, is off its place by this
# much, so that a careful eye cannot tell which were moved.
ASIDE = 0.005  # [m] each way
TURN = 0.08  # [rad] each way

GRASP = 0.0455  # [m] of the tip above the table
OVER = 0.1955  # [m] of the tip above the table, on the way


class Spot:
    """A place for a block, with how far off a block stands there in this episode."""

    def __init__(self, place: Floats, random: np.random.Generator) -> None:
        """Draw it.

        Args:
            place: (2,) [m].
            random: it is drawn from.
        """
        self.place = place
        self.block: Floats = place + random.uniform(-ASIDE, ASIDE, 2)
        self.yaw = float(random.uniform(-TURN, TURN))

    def put(self, spec: mujoco.MjSpec, name: str) -> None:
        """Let a block stand here from the beginning."""
        add_block(spec, name, self.block, self.yaw, COLOURS['green'])

    def paint(self, spec: mujoco.MjSpec, name: str) -> None:
        """Paint the patch."""
        add_patch(spec, name, self.place, COLOURS['red'])

    def sees(self, block: Floats, half: float) -> bool:
        """Whether a block reaches into the sensor over this place.

        Args:
            block: (3,) position of its middle [m].
            half: half the sensor's edge [m].
        """
        reach = half + EDGE / 2
        return bool(
            abs(block[0] - self.place[0]) < reach
            and abs(block[1] - self.place[1]) < reach
            and block[2] - EDGE / 2 < TABLE_TOP + SENSOR_TOP
        )


def lay_spots(
    spec: mujoco.MjSpec, random: np.random.Generator, patches: Sequence[tuple[float, float]]
) -> list[Spot]:
    """Draw a spot on each patch and one in the middle, the last, and paint the patches.

    Args:
        spec: of the scene.
        random: spots are drawn from it.
        patches: x, y of each from the workspace's centre [m].
    """
    places = [*(CENTRE[:2] + patch for patch in patches), MIDDLE]
    spots = [Spot(place, random) for place in places]
    for number, spot in enumerate(spots[:-1], start=1):
        spot.paint(spec, f'patch_{number}')
    return spots


def put_button_beside(
    spec: mujoco.MjSpec, draw: Draw, placement: Placement, spots: Sequence[Spot]
) -> None:
    """Fix the button to the table, and keep the spots free of other things."""
    put_button(spec, draw, placement, (0.0, -0.25), (0.6, 0.3), 'blue')
    for spot in spots:
        placement.keep(spot.place, 0.08)


def tip_over(place: Floats, height: float) -> Floats:
    """Position (3,) of a tip that is a height [m] above the table over a place (2,)."""
    return np.array([place[0], place[1], TABLE_TOP + height])
