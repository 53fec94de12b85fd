"""What a chunk proposes between its rows: a cubic spline with continuous acceleration."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.arm_follower import JointMotion

Floats = NDArray[np.float64]


class Reference:
    """The natural cubic spline through the rows of a chunk."""

    def __init__(self, rows: Floats, dt: float, lower: Floats, upper: Floats) -> None:
        """Lay a spline through rows, each brought inside of limits.

        Args:
            rows: (rows, n) finite positions [rad].
            dt: time between rows [s].
            lower: (n,) [rad].
            upper: (n,) [rad].
        """
        self.dt = dt
        self.rows = rows
        self.clipped = (rows < lower) | (rows > upper)
        self._inside = np.clip(rows, lower, upper).astype(np.float64)
        self._bend = np.zeros_like(self._inside)
        if len(rows) > 2:
            inside = self._inside
            curve = (inside[2:] - 2.0 * inside[1:-1] + inside[:-2]) * (6.0 / dt**2)
            self._bend[1:-1] = _inverse(len(rows) - 2) @ curve

    @property
    def duration(self) -> float:
        """Time from the first row to the last [s]; a single row stands for one period."""
        return max(len(self.rows) - 1, 1) * self.dt

    def at(self, time: float) -> JointMotion:
        """Motion at a time [s] after the first row; rest at the last row from its end on."""
        if time >= self.duration or len(self.rows) == 1:
            return JointMotion.at_rest(self._inside[-1])
        row = int(time / self.dt)
        after = (time - row * self.dt) / self.dt
        before = 1.0 - after
        p, q = self._inside[row], self._inside[row + 1]
        m, n = self._bend[row], self._bend[row + 1]
        sixth = self.dt**2 / 6.0
        return JointMotion(
            before * p + after * q + sixth * ((before**3 - before) * m + (after**3 - after) * n),
            (q - p) / self.dt
            + (self.dt / 6.0) * ((1.0 - 3.0 * before**2) * m + (3.0 * after**2 - 1.0) * n),
            before * m + after * n,
        )

    def beyond(self, time: float) -> NDArray[np.bool_]:
        """Joints (n,) that the rows around a time [s] ask to leave their limits."""
        row = min(int(time / self.dt), len(self.rows) - 1)
        return np.asarray(self.clipped[row : row + 2].any(axis=0), dtype=np.bool_)


@lru_cache(maxsize=8)
def _inverse(size: int) -> Floats:
    """Inverse of the tridiagonal matrix of a spline with so many inner rows."""
    matrix = 4.0 * np.eye(size) + np.eye(size, k=1) + np.eye(size, k=-1)
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
