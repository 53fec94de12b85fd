"""The time of a bag that is played: it can be stopped, stretched and moved."""

from __future__ import annotations

import threading
import time

_NANO = 10**9
_LOOK = 0.1  # longest wait without a look around [s]


class PlaybackClock:
    """Goes on from a time at a rate, unless it is paused.

    All threads may use it, and handlers of signals: its lock may be taken twice by one thread.
    """

    def __init__(self, start: int, rate: float, paused: bool) -> None:
        """Make a clock.

        Args:
            start: its time now [ns].
            rate: times as fast as real time.
            paused: it stands still.
        """
        self._changed = threading.Condition()
        self._bag_time, self._real_time = start, time.monotonic_ns()
        self._rate = rate
        self._paused = paused
        self._interruptions = 0

    def now(self) -> int:
        """Return its time [ns]."""
        with self._changed:
            if self._paused:
                return self._bag_time
            passed = time.monotonic_ns() - self._real_time
            return self._bag_time + int(passed * self._rate)

    def _set(self, bag_time: int) -> None:
        self._bag_time, self._real_time = bag_time, time.monotonic_ns()
        self._changed.notify_all()

    def jump(self, bag_time: int) -> None:
        """Go on from another time [ns]."""
        with self._changed:
            self._set(bag_time)

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        with self._changed:
            self._set(self.now())
            self._paused = paused

    @property
    def rate(self) -> float:
        """Times as fast as real time."""
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        with self._changed:
            self._set(self.now())
            self._rate = rate

    @property
    def interruptions(self) -> int:
        """How often `interrupt` was called; to be asked before a reason to wait is looked up."""
        return self._interruptions

    def interrupt(self) -> None:
        """End all waits."""
        with self._changed:
            self._interruptions += 1
            self._changed.notify_all()

    def wait_until(self, bag_time: int, interruptions: int) -> bool:
        """Wait until a time [ns] has come, and it is not paused.

        Args:
            bag_time: when to return.
            interruptions: count at the time from which on an interruption ends the wait.

        Returns:
            False where `interrupt` ended it.
        """
        with self._changed:
            while (left := bag_time - self.now()) > 0 or self._paused:
                if self._interruptions != interruptions:
                    return False
                seconds = _LOOK if self._paused else left / _NANO / self._rate
                self._changed.wait(min(seconds, _LOOK))
        return True

    def rest(self, seconds: float, interruptions: int) -> None:
        """Wait for a real time [s], or until `interrupt` ends the wait; see `wait_until`."""
        end = time.monotonic() + seconds
        with self._changed:
            while (left := end - time.monotonic()) > 0.0 and self._interruptions == interruptions:
                self._changed.wait(min(left, _LOOK))
