"""Whom the weights of an attention belong to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.perception.tracked_people import TENTATIVE, TrackedPeople

Floats = NDArray[np.float64]


def attended(people: TrackedPeople, robot: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Bring weights and people together.

    A policy looks at confirmed people seen not too long ago, the nearest first, and gives all
    others no weight. How long is too long is a parameter of its node, so the number of weights
    tells how many it looked at: those seen last.

    Args:
        people: that the tracker told of.
        robot: (2,) where it is, in the frame of the people [m].
        weights: (slots,), 0 in slots that nobody fills.

    Returns:
        Positions (n, 2) [m] of those looked at, and their weights (n,).
    """
    used = int((weights > 0).sum())
    known = np.flatnonzero(people.states != TENTATIVE)
    recent = known[np.argsort(people.unseen[known], kind='stable')[:used]]
    spots = people.positions[np.sort(recent)]
    order = np.argsort(np.linalg.norm(spots - robot, axis=1), kind='stable')
    return spots[order], weights[: len(order)]
