"""The profiled stop: bounded deceleration to standstill, then hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class StopProfile:
    """Brakes n axes by one ratio, so that the path keeps its shape until rest."""

    def __init__(self, deceleration: ArrayLike) -> None:
        """Brake with at most this.

        Args:
            deceleration: (n,) [unit/s^2].

        Raises:
            ValueError: one that is not positive and finite.
        """
        self.deceleration = np.array(deceleration, dtype=np.float64)
        if not (np.isfinite(self.deceleration) & (self.deceleration > 0)).all():
            raise ValueError(f'decelerations {self.deceleration}; give positive finite ones')

    def duration(self, values: Floats) -> float:
        """Time from values (n,) to rest [s]."""
        return float((np.abs(values) / self.deceleration).max(initial=0.0))

    def step(self, values: Floats, dt: float) -> Floats:
        """Values (n,) after braking for dt [s]; a dt that is not positive changes nothing."""
        left = self.duration(values)
        if dt <= 0:
            return values.copy()
        if left <= dt:
            return np.zeros_like(values)
        return values * (1.0 - dt / left)
