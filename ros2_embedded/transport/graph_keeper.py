"""Takes in what was discovered where no one asks for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ros2_embedded.transport.endpoint import Reader
from ros2_embedded.transport.waitset import WaitSet

# Least time between two looks [s]. A change of the graph seldom comes alone.
_PAUSE = 10.0


class GraphKeeper:
    """Calls `Graph.update` some time after the graph changed.

    Every process that comes and goes leaves announcements in the readers of all others, and a
    node may run for weeks without asking who is there. While nothing changes, the thread sleeps.
    """

    def __init__(self, reader: Reader, update: Callable[[], None], pause: float = _PAUSE) -> None:
        """Begin.

        Args:
            reader: of announcements; that it has some tells that the graph changed.
            update: takes them.
            pause: least time between two calls of it [s].
        """
        self._reader = reader
        self._update = update
        self._pause = pause
        self._waiting = WaitSet()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name='graph_keeper', daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._waiting.attach([self._reader.condition])
        while not self._ended.is_set():
            self._waiting.wait(None)
            if not self._ended.wait(self._pause):
                self._update()
        self._waiting.close()

    def close(self) -> None:
        """Let the thread end."""
        self._ended.set()
        self._waiting.wake()
