"""A way from one pose to another that begins and ends at rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PEAK = 1.5  # greatest over mean speed of 3 s^2 - 2 s^3


class PoseProfile:
    """Moves all joints together; each on a straight line, slow at both ends."""

    def __init__(
        self, start: Floats, end: Floats, *, duration: float, max_velocity: float | Floats
    ) -> None:
        """Plan the way.

        Args:
            start: (joints,) [rad].
            end: (joints,) [rad].
            duration: least time [s] > 0; it grows where a joint would be too fast.
            max_velocity: greatest speed, one or (joints,) [rad/s] > 0.
        """
        self.start = start
        self.end = end
        needed = PEAK * float((np.abs(end - start) / max_velocity).max(initial=0.0))
        self.duration = max(duration, needed)

    def at(self, elapsed: float) -> Floats:
        """Pose (joints,) after a time [s]; the end from `duration` on."""
        share = min(max(elapsed / self.duration, 0.0), 1.0)
        pose: Floats = self.start + (3.0 - 2.0 * share) * share * share * (self.end - self.start)
        return pose
