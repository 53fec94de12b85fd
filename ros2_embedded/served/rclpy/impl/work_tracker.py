"""Counts what an executor runs right now."""

from __future__ import annotations

import threading


class WorkTracker:
    """Counts the callbacks that run right now; a coroutine that awaits something does not."""

    def __init__(self) -> None:
        self._executing = 0
        self._waiting = 0
        self._lock = threading.Lock()
        self._condition = threading.Condition(self._lock)

    def __enter__(self) -> None:
        with self._lock:
            self._executing += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._executing -= 1
            if self._waiting:
                self._condition.notify_all()

    def wait(self, timeout_sec: float | None = None) -> bool:
        """Wait until nothing is in progress; return False when time is up."""
        if timeout_sec is not None and timeout_sec < 0:
            timeout_sec = None
        with self._condition:
            self._waiting += 1
            try:
                return self._condition.wait_for(lambda: self._executing == 0, timeout_sec)
            finally:
                self._waiting -= 1
