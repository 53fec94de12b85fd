"""Other publishers on the topic of the actuators; each of them holds the stop while there."""

from __future__ import annotations

from collections.abc import Collection

from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.stop_latch import StopLatch


class Rivals:
    """Presses the latch for everybody who comes, and releases it when they go."""

    def __init__(self, latch: StopLatch) -> None:
        self._latch = latch
        self._names: set[str] = set()

    def __bool__(self) -> bool:
        """Whether somebody is there."""
        return bool(self._names)

    def take(self, names: Collection[str]) -> bool:
        """Take who is there now; returns whether somebody came."""
        for name in self._names.difference(names):
            self._latch.release(name)
        news = set(names) - self._names
        for name in news:
            self._latch.press(name, Reason.ACTUATOR_SHARED)
        self._names = set(names)
        return bool(news)
