"""When the gripper has done what it was told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STARTED = 0.15  # [s] after which fingers that stand still are done
STILL = 5e-4  # [m/s]


class Gripping:
    """Waits for the fingers.

    Attributes:
        target: 0 closed to 1 open.
    """

    def __init__(self, target: float, stamp_ns: int, *, patience: float, blind: float) -> None:
        """Begin to wait.

        Args:
            target: 0 closed to 1 open.
            stamp_ns: now.
            patience: longest time [s].
            blind: time to wait where fingers are not measured [s].
        """
        self.target = target
        self._begin_ns = self._stamp_ns = stamp_ns
        self._patience, self._blind = patience, blind
        self._fingers: Floats | None = None

    def done(self, stamp_ns: int, fingers: Floats | None) -> bool:
        """Take measured fingers (fingers,) [m], None if nobody measures them."""
        waited = (stamp_ns - self._begin_ns) * 1e-9
        elapsed = (stamp_ns - self._stamp_ns) * 1e-9
        before, self._fingers, self._stamp_ns = self._fingers, fingers, stamp_ns
        if fingers is None:
            return waited >= self._blind
        if waited >= self._patience:
            return True
        if before is None or elapsed <= 0.0 or waited < STARTED:
            return False
        return bool(np.abs(fingers - before).max() / elapsed < STILL)
