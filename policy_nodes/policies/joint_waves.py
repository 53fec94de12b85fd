"""Proposes slow waves of all joints of an arm about a pose: exercise, no task."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NANO = 1_000_000_000
# how much faster a smooth way is in its middle than on average
PEAK = 1.875


class JointWaves:
    """Goes from wherever the arm stands to a pose, and waves about it.

    It remembers how far it is. An arm that is not where its waves are makes them begin anew.
    """

    def __init__(
        self,
        home: Sequence[float],
        amplitude: Sequence[float],
        period: Sequence[float],
        *,
        speed: float = 0.3,
        tolerance: float = 0.03,
        rows: int = 25,
        dt: float = 0.04,
    ) -> None:
        """Begin without a memory.

        Args:
            home: (n,) middle of the waves [rad].
            amplitude: (n,) of the waves [rad].
            period: (n,) of the waves [s].
            speed: greatest on the way to that pose [rad/s].
            tolerance: distance of a joint from its wave that makes all begin anew [rad].
            rows: of a proposal.
            dt: time between rows [s].

        Raises:
            ValueError: lengths differ, or a value makes no sense.
        """
        self.home, self.amplitude = np.array(home), np.array(amplitude)
        periods = np.array(period)
        if not self.home.shape == self.amplitude.shape == periods.shape:
            raise ValueError('home, amplitude and period have to be of one length')
        if not (periods > 0).all() or min(speed, tolerance, dt) <= 0 or rows < 1:
            raise ValueError('period, speed, tolerance, rows and dt have to be above zero')
        self.frequency: Floats = 2.0 * np.pi / periods
        self.speed, self.tolerance, self.rows, self.dt = speed, tolerance, rows, dt
        self.reset()

    def reset(self) -> None:
        """Forget where the waves began and how far they are."""
        self._start: Floats | None = None
        self._phase, self._stamp_ns = 0.0, 0
        self._way = 0.0

    def stay(self, measured: Floats) -> Floats:
        """Propose (rows, n) to stay where the joints (n,) are, and forget the waves."""
        self.reset()
        return np.repeat(measured[None, :], self.rows, axis=0)

    def act(self, stamp_ns: int, measured: Floats) -> Floats:
        """Propose positions (rows, n) [rad], the first for the time of the measurement.

        Args:
            stamp_ns: of the measurement.
            measured: (n,) [rad].
        """
        if self._start is not None:
            self._phase += (stamp_ns - self._stamp_ns) / NANO
            off = np.abs(self._at(np.array([self._phase]))[0] - measured)
            if off.max() > self.tolerance:
                self._start = None
        if self._start is None:
            self._start, self._phase = measured.copy(), 0.0
            far = float(np.abs(self.home - measured).max())
            self._way = max(2.0, PEAK * far / self.speed)
        self._stamp_ns = stamp_ns
        return self._at(self._phase + self.dt * np.arange(self.rows, dtype=np.float64))

    def _at(self, phases: Floats) -> Floats:
        assert self._start is not None
        share = _smooth(phases / self._way)[:, None]
        wave = self.amplitude * np.sin(phases[:, None] * self.frequency)
        place: Floats = self._start + share * (self.home + wave - self._start)
        return place


def _smooth(share: Floats) -> Floats:
    """From 0 to 1 with velocity and acceleration zero at both ends."""
    x = np.clip(share, 0.0, 1.0)
    return np.asarray(x**3 * (10.0 - 15.0 * x + 6.0 * x**2))
