"""Where an arm may be on a way that begins at one configuration."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from policy_nodes.motion.collisions import Collisions
from policy_nodes.motion.limits import MotionLimits
from policy_nodes.motion.refusals import MotionReason, Refusal

Floats = NDArray[np.float64]

# says what else hinders an arm that begins at (n,) to be at (k, n); empty if nothing does
Hinders = Callable[[Floats, Floats], str]

LOOK = 0.05  # [rad] greatest change of a joint between two looks for what else hinders


class Room:
    """What collides already at the beginning may not come nearer, but hinders nothing else."""

    def __init__(
        self,
        collisions: Collisions,
        limits: MotionLimits,
        hinders: Hinders | None,
        start: Floats,
        *,
        hand: bool,
    ) -> None:
        """Look where a way begins.

        Args:
            collisions: with the arm itself and what stands around.
            limits: of the joints.
            hinders: what else the arm must not do; None for nothing.
            start: (n,) where the way begins [rad].
            hand: the hand may touch the scene.
        """
        self.start, self.permit = start, collisions.permit(start, hand=hand)
        self._collisions, self._hinders = collisions, hinders
        self._lower = np.minimum(limits.lower, start)
        self._upper = np.maximum(limits.upper, start)

    def refusal(self, goal: Floats) -> Refusal | None:
        """Say why the arm may not be at a configuration (n,); None if it may."""
        touched = self._collisions.first(goal, self.permit)
        if touched:
            words = f'At the key pose {touched} would collide. Move it, or permit contact.'
            return Refusal(MotionReason.COLLISION, words)
        hindered = self._hindered(goal[None])
        if hindered:
            return Refusal(MotionReason.NOT_PERMITTED, f'At the key pose {hindered}. Move it.')
        return None

    def between(self, one: Floats, two: Floats) -> bool:
        """Whether nothing is in the way from one configuration (n,) straight to another."""
        count = max(1, int(np.ceil(np.abs(two - one).max() / LOOK)))
        places = one + np.linspace(0.0, 1.0, count + 1)[1:, None] * (two - one)
        return not self._hindered(places) and self.clear(one, two)

    def clear(self, one: Floats, two: Floats) -> bool:
        """Whether nothing collides from one configuration (n,) straight to another."""
        return self._collisions.free_between(one, two, self.permit)

    def holds(self, places: Floats) -> bool:
        """Whether configurations (k, n) are inside of the limits, and nothing else hinders them.

        Collisions are not looked for.
        """
        inside = (places >= self._lower).all() and (places <= self._upper).all()
        return bool(inside) and not self._hindered(places)

    def holds_clear(self, places: Floats) -> bool:
        """The same with collisions, on straight lines from each configuration to the next."""
        return self.holds(places) and all(self.clear(one, two) for one, two in pairwise(places))

    def _hindered(self, places: Floats) -> str:
        return '' if self._hinders is None else self._hinders(self.start, places)
