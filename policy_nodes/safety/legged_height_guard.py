"""Height of the body above the ground while the robot stands or walks."""

from __future__ import annotations

import numpy as np

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.legged_persistence import Persistence
from policy_nodes.safety.parameters.legged_body import LegHeightParameters
from policy_nodes.safety.reasons import Reason


class HeightGuard:
    """Judges every height of a robot that stands or walks."""

    def __init__(self, limits: LegHeightParameters) -> None:
        self.limits = limits
        self._outside = Persistence(1, limits.time)

    def look(self, height: float, stamp_ns: int) -> list[Finding]:
        """Take a height [m]; returns what the robot must be stopped for now."""
        limits = self.limits
        outside = not limits.minimum <= height <= limits.maximum
        if not len(self._outside.look(np.array([outside]), stamp_ns)):
            return []
        words = f'{height:.2f} m, wanted {limits.minimum:g} to {limits.maximum:g} m.'
        return [Finding(Reason.LEG_HEIGHT, 'height', words)]

    def forget(self) -> None:
        """Rely on no height received so far."""
        self._outside.forget()
