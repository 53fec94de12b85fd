"""Who is alive, by heartbeats on a steady clock."""

import threading
from collections.abc import Sequence


class Liveness:
    """Notes beats; a node is down once it has beaten and then fell silent, or began anew.

    A process that was started again beats as well, but nobody has brought it up yet. It is known
    by a sequence that falls back, and is down until somebody says that it is up.
    """

    def __init__(self, names: Sequence[str], timeout: float) -> None:
        """Watch nodes.

        Args:
            names: of the nodes.
            timeout: silence that counts as death [s].
        """
        self.names, self.timeout = tuple(names), timeout
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}
        self._sequence: dict[str, int] = {}
        self._restarted: set[str] = set()

    def beat(self, name: str, sequence: int, now: float) -> None:
        """Note a beat at steady time now [s]."""
        with self._lock:
            if sequence < self._sequence.get(name, 0):
                self._restarted.add(name)
            self._last[name], self._sequence[name] = now, sequence

    def down(self, now: float) -> list[str]:
        """Names of nodes that are down at steady time now [s], in order."""
        with self._lock:
            return [
                name
                for name in self.names
                if name in self._restarted
                or (name in self._last and now - self._last[name] > self.timeout)
            ]

    def has_restarted(self, name: str) -> bool:
        """Say whether a node began anew and is not up yet."""
        with self._lock:
            return name in self._restarted

    def up(self, name: str, now: float) -> None:
        """Note that a node is up again at steady time now [s]."""
        with self._lock:
            self._restarted.discard(name)
            self._last[name] = now
