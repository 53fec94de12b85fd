"""Whether an arm is where it was sent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.arm_history import CommandHistory
from policy_nodes.safety.arm_streams import MeasuredJoints
from policy_nodes.safety.debounce import Debounce
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.freshness import NANO
from policy_nodes.safety.reasons import Reason

Floats = NDArray[np.float64]


class TrackingMonitor:
    """Compares measured joints with the commands of the same time."""

    def __init__(
        self, names: Sequence[str], most: Floats, *, response: float, samples: int
    ) -> None:
        """Watch joints.

        Args:
            names: of the joints.
            most: (n,) greatest error [rad].
            response: how long after a command the joint is where it says [s].
            samples: states in a row that must lie beyond.
        """
        self.names = tuple(names)
        self.most = most
        self._response_ns = round(response * NANO)
        self._beyond = Debounce(trigger=samples)

    def look(self, joints: MeasuredJoints, history: CommandHistory) -> Finding | None:
        """Compare a new state; a finding while the error is too large."""
        command = history.position_at(joints.stamp_ns - self._response_ns)
        if command is None:
            return None
        error = np.abs(joints.position - command)
        excess = error - self.most
        joint = int(np.argmax(excess))
        if not self._beyond.look(bool(excess[joint] > 0)) or excess[joint] <= 0:
            return None
        words = f'{error[joint]:.3g} rad off, allowed {self.most[joint]:.3g}.'
        return Finding(Reason.TRACKING_ERROR, self.names[joint], words)

    def forget(self) -> None:
        """Begin again."""
        self._beyond.clear()
