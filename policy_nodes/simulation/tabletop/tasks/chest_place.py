"""Where a chest stands when its place is drawn."""

from __future__ import annotations

import numpy as np

from policy_nodes.simulation.tabletop.objects.workspace import CENTRE
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.poses import at
from policy_nodes.simulation.tabletop.tasks.task import Floats

# [m] of the middle of MemoryBench's chest from the workspace's
MIDDLE = np.array([0.0075, 0.2325])
ASIDE = 0.04  # [m] each way
TURN = (-0.30, 0.10)  # [rad] rather towards the arm, which has to stay beside the drawer


def draw_chest(random: np.random.Generator, placement: Placement) -> tuple[Floats, float]:
    """Draw place (2,) [m] and yaw [rad], and keep room for the open drawers."""
    place: Floats = CENTRE[:2] + MIDDLE + random.uniform(-ASIDE, ASIDE, 2)
    yaw = float(random.uniform(*TURN))
    keep_chest(placement, place, yaw)
    return place, yaw


def keep_chest(placement: Placement, place: Floats, yaw: float) -> None:
    """Keep a chest's ground and the room before it free of other things."""
    placement.keep(place, 0.19)
    placement.keep(at(place, yaw, (0.0, -0.25)), 0.15)
