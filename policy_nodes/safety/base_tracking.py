"""Whether a base moves as it was sent."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import BaseSample
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.freshness import NANO
from policy_nodes.safety.parameters.base_tracking import BaseTrackingParameters
from policy_nodes.safety.reasons import Reason

Floats = NDArray[np.float64]

MOST_COMMANDS = 1000  # of a clock that stands still


class BaseTracking:
    """Compares measured motion with the span of the commands that it may still follow.

    A base follows late and accelerates as it can, so any speed between the least and the greatest
    of the newest commands is as it should be.
    """

    def __init__(self, parameters: BaseTrackingParameters) -> None:
        """Begin without commands."""
        self._enabled = parameters.enabled
        self._most = np.array([parameters.velocity_error, parameters.yaw_rate_error])
        self._response_ns = round(parameters.response * NANO)
        self._time_ns = round(parameters.time * NANO)
        self._commands: deque[tuple[int, Floats]] = deque(maxlen=MOST_COMMANDS)
        self._since_ns: int | None = None

    def note(self, stamp_ns: int, values: Floats) -> None:
        """Remember a command (2,) [m/s, rad/s] by its stamp."""
        if self._enabled:
            self._commands.append((stamp_ns, values.copy()))

    def look(self, base: BaseSample) -> Finding | None:
        """Compare a measurement; a finding once the error has lasted."""
        begin = base.stamp_ns - self._response_ns
        # the one that held when the time began counts too
        while len(self._commands) > 1 and self._commands[1][0] <= begin:
            self._commands.popleft()
        if not self._commands or self._commands[0][0] > begin:
            return None
        commands = np.array([values for _, values in self._commands])
        measured = np.array([base.v, base.w])
        error = np.maximum(commands.min(0) - measured, measured - commands.max(0))
        axis = int(np.argmax(error / self._most))
        if error[axis] <= self._most[axis]:
            self._since_ns = None
            return None
        if self._since_ns is None:
            self._since_ns = base.stamp_ns
        if base.stamp_ns - self._since_ns < self._time_ns:
            return None
        word = 'm/s' if axis == 0 else 'rad/s'
        allowed = f'{error[axis]:.2f} {word} off, allowed {self._most[axis]:.2f}.'
        return Finding(Reason.TRACKING_ERROR, 'base', allowed)

    def forget(self) -> None:
        """Begin again."""
        self._commands.clear()
        self._since_ns = None
