"""Colours of one scene."""

from __future__ import annotations

from policy_nodes.simulation.tabletop.objects.colours import NAMES
from policy_nodes.simulation.tabletop.tasks.task import Draw


def other_colours(draw: Draw, colour: int, others: int) -> list[str]:
    """The named colour, and as many others that differ from it and one another.

    As much is drawn for one variation as for another.
    """
    order = [int(index) for index in draw.random.permutation(len(NAMES))]
    order.remove(colour)
    return [NAMES[colour], *(NAMES[index] for index in order[:others])]
