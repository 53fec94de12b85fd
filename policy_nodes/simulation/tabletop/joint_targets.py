"""Where joints are to be now, on the way to the last point that was asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class JointTargets:
    """Goes from the present targets to each new point on a straight line.

    Attributes:
        position: (n,) present targets [rad].
    """

    def __init__(self, position: ArrayLike) -> None:
        """Stay at a position (n,) [rad]."""
        self.position = np.array(position, dtype=np.float64)
        self._goal, self._left = self.position, 0.0

    def go(self, goal: Floats, duration: float) -> None:
        """Be at a goal (n,) [rad] after a duration [s]; 0 means at once."""
        self._goal, self._left = goal.astype(np.float64), max(duration, 0.0)

    def step(self, period: float) -> Floats:
        """Let time go on [s]; returns the new targets (n,) [rad]."""
        share = period / self._left if self._left > period else 1.0
        self.position = self.position + share * (self._goal - self.position)
        self._left = max(self._left - period, 0.0)
        return self.position
