"""How far an arm is on its way, by what is measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.motion.trajectory import Trajectory

Floats = NDArray[np.float64]

LOOKS = 25  # at places of the way that may be where the arm is
ALIKE = 2e-3  # [rad] places this alike count as one: the later
PUNCTUAL = 0.015  # [rad] an arm this near to where it is due is on time


class Progress:
    """Follows an arm along a trajectory.

    Time tells, while the arm is about where it is due: so proposals continue one another without
    a seam. Where the safety controller lets it go slower than planned, its place tells.

    Attributes:
        trajectory: the way.
        phase: time on the way that the command has come to [s].
        moved_ns: when it went on last.
    """

    def __init__(
        self, trajectory: Trajectory, stamp_ns: int, *, response: float, tolerance: float
    ) -> None:
        """Begin at the start.

        Args:
            trajectory: the way.
            stamp_ns: now.
            response: so much later than the command is the arm where it says [s].
            tolerance: a joint farther than this from the way has left it [rad].
        """
        self.trajectory = trajectory
        self.response, self.tolerance = response, tolerance
        self.phase = 0.0
        self.moved_ns = self._stamp_ns = stamp_ns
        self._farthest = 0.0

    @property
    def ended(self) -> bool:
        """Whether the command has come to the end."""
        return self.phase >= self.trajectory.duration

    def look(self, stamp_ns: int, measured: Floats) -> bool:
        """Take a measurement (n,); says whether the arm is on its way."""
        elapsed = max(0.0, (stamp_ns - self._stamp_ns) * 1e-9)
        self._stamp_ns = stamp_ns
        latest = min(self.phase + elapsed, self.trajectory.duration)
        earliest = max(0.0, self.phase - 2.0 * self.response)
        times = np.append(np.linspace(earliest, latest, LOOKS), latest - self.response)
        away = np.abs(self.trajectory.positions(times) - measured).max(axis=1)
        least = float(away[:-1].min())
        if away[-1] <= PUNCTUAL:
            self.phase = latest
        else:
            at = float(times[:-1][np.flatnonzero(away[:-1] <= least + ALIKE)[-1]])
            self.phase = min(at + self.response, latest)
        if self.phase > self._farthest + 1e-3:
            self._farthest, self.moved_ns = self.phase, stamp_ns
        return least <= self.tolerance

    def ahead(self, rows: int, dt: float) -> Floats:
        """Positions (rows, n) from now on, dt [s] apart."""
        return self.trajectory.positions(self.phase + dt * np.arange(rows, dtype=np.float64))
