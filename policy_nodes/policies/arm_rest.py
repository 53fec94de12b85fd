"""Since when an arm and its hand have stood still, by what is measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ARM = 2e-3  # [rad] a joint that stays within this stands
FINGERS = 5e-4  # [m] the same for a finger
GAP_NS = 500_000_000  # of joint states; what happened meanwhile nobody knows


class ArmRest:
    """Takes joints as they come.

    Attributes:
        since_ns: when the rest began; None before the first measurement.
    """

    def __init__(self) -> None:
        """Begin without knowing."""
        self.forget()

    def forget(self) -> None:
        """Begin anew: what was measured counts no more."""
        self.since_ns: int | None = None
        self._last_ns = 0
        self._there: Floats | None = None
        self._bounds: Floats = np.zeros(0)

    def take(self, stamp_ns: int, joints: Floats, fingers: Floats) -> None:
        """Take a measurement.

        Args:
            stamp_ns: of it.
            joints: (n,) [rad].
            fingers: (fingers,) [m].
        """
        now = np.concatenate((joints, fingers))
        elapsed, self._last_ns = stamp_ns - self._last_ns, stamp_ns
        moved = (
            self._there is None
            or len(now) != len(self._there)
            or not 0 <= elapsed <= GAP_NS
            or bool((np.abs(now - self._there) > self._bounds).any())
        )
        if moved:
            self.since_ns, self._there = stamp_ns, now
            self._bounds = np.array([ARM] * len(joints) + [FINGERS] * len(fingers))
