"""Proposes slow swaying of a body on four legs about a pose: exercise, no task."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NANO = 1_000_000_000
# knees bend twice as far as hips, so that feet stay below them
BEND = np.array([0.0, 1.0, 2.0])


class BodySway:
    """Stands until the legs stand, then bobs, rolls and pitches, gently at first."""

    def __init__(
        self,
        stand: Sequence[float],
        *,
        left: Sequence[float] = (1.0, 1.0, -1.0, -1.0),
        front: Sequence[float] = (1.0, -1.0, 1.0, -1.0),
        bob: float = 0.08,
        roll: float = 0.05,
        pitch: float = 0.05,
        period: float = 4.0,
        tolerance: float = 0.3,
        ease: float = 2.0,
    ) -> None:
        """Begin without a memory.

        Args:
            stand: (12,) pose of standing, three joints a leg: abduction, hip, knee [rad].
            left: (4,) 1 for a leg on the left, -1 on the right.
            front: (4,) 1 for a leg in front, -1 behind.
            bob: how far all hips bend to go up and down [rad].
            roll: how far hips bend against those of the other side [rad].
            pitch: how far hips bend against those at the other end [rad].
            period: of going up and down [s]; rolling takes twice, pitching three times as long.
            tolerance: the legs stand when every joint is this near to the pose [rad].
            ease: time in which the swaying grows [s].

        Raises:
            ValueError: it is no pose of four legs, or a value makes no sense.
        """
        self.stand = np.array(stand, dtype=np.float64)
        self.left, self.front = np.array(left), np.array(front)
        if self.stand.shape != (12,) or self.left.shape != (4,) or self.front.shape != (4,):
            raise ValueError('stand needs 12 joints; left and front need 4 legs')
        if min(period, tolerance, ease) <= 0:
            raise ValueError('period, tolerance and ease have to be above zero')
        # knees of some robots bend the other way
        self.fold = np.sign(self.stand.reshape(4, 3)) * BEND
        self.bob, self.roll, self.pitch = bob, roll, pitch
        self.period, self.tolerance, self.ease = period, tolerance, ease
        self.reset()

    def reset(self) -> None:
        """Stand again."""
        self._since_ns: int | None = None

    def act(self, stamp_ns: int, measured: Floats) -> Floats:
        """Propose joint positions (12,) [rad].

        Args:
            stamp_ns: of the measurement.
            measured: (12,) [rad].
        """
        if self._since_ns is None:
            if (np.abs(measured - self.stand) > self.tolerance).any():
                return self.stand
            self._since_ns = stamp_ns
        time = (stamp_ns - self._since_ns) / NANO
        turn = 2.0 * np.pi * time / self.period
        bend = self.bob * np.sin(turn)
        bend = bend + self.roll * self.left * np.sin(turn / 2.0)
        bend = bend + self.pitch * self.front * np.sin(turn / 3.0)
        share = min(time / self.ease, 1.0)
        sway: Floats = self.stand + share * (bend[:, None] * self.fold).reshape(12)
        return sway
