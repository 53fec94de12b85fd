"""Rate of messages over a window."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

NANOSECONDS = 1_000_000_000


@dataclass(frozen=True)
class Rate:
    """How often messages come.

    Attributes:
        rate: messages per second [Hz].
        shortest: shortest time between two messages [s].
        longest: longest time between two messages [s].
        deviation: standard deviation of the times between two messages [s].
        window: number of times that this is of.
    """

    rate: float
    shortest: float
    longest: float
    deviation: float
    window: int

    def __str__(self) -> str:
        return (
            f'average rate: {self.rate:.3f}\n\tmin: {self.shortest:.3f}s max: {self.longest:.3f}s '
            f'std dev: {self.deviation:.5f}s window: {self.window}'
        )


class RateWindow:
    """Times between the last messages."""

    def __init__(self, size: int = 10_000) -> None:
        """Create an empty window.

        Args:
            size: number of times to keep.
        """
        self._intervals: deque[int] = deque(maxlen=size)
        self._last: int | None = None

    def add(self, now: int) -> bool:
        """Take the arrival of a message [ns]; return whether the clock has gone back."""
        has_gone_back = self._last is not None and now < self._last
        if has_gone_back:
            self._intervals.clear()
        elif self._last is not None:
            self._intervals.append(now - self._last)
        self._last = now
        return has_gone_back

    def rate(self) -> Rate | None:
        """Return the rate, or None before the second message."""
        count = len(self._intervals)
        if count == 0:
            return None
        mean = sum(self._intervals) / count
        variance = sum((each - mean) ** 2 for each in self._intervals) / count
        return Rate(
            rate=NANOSECONDS / mean if mean > 0 else 0.0,
            shortest=min(self._intervals) / NANOSECONDS,
            longest=max(self._intervals) / NANOSECONDS,
            deviation=math.sqrt(variance) / NANOSECONDS,
            window=count,
        )
