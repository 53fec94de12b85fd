"""Who is alive, by heartbeats on a steady clock."""

import threading
from collections.abc import Sequence


class Liveness:
    """Notes beats; a node counts as dead once it has beaten and then fell silent."""

    def __init__(self, names: Sequence[str], timeout: float) -> None:
        """Watch nodes.

        Args:
            names: of the nodes.
            timeout: silence that counts as death [s].
        """
        self.names, self.timeout = tuple(names), timeout
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}

    def beat(self, name: str, now: float) -> None:
        """Note a beat at steady time now [s]."""
        with self._lock:
            self._last[name] = now

    def dead(self, now: float) -> list[str]:
        """Names of nodes that fell silent, in order."""
        with self._lock:
            return [
                name
                for name in self.names
                if name in self._last and now - self._last[name] > self.timeout
            ]
