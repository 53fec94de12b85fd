"""Where an arm was sent, and how much of its chunks it had consumed, a moment ago."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.freshness import NANO

Floats = NDArray[np.float64]


class CommandHistory:
    """Remembers commands for some time, by the node clock."""

    def __init__(self, keep: float) -> None:
        """Begin empty.

        Args:
            keep: how long commands are remembered [s].
        """
        self._keep_ns = round(keep * NANO)
        self._stamps: list[int] = []
        self._consumed: list[float] = []
        self._positions: list[Floats] = []

    def note(self, now_ns: int, consumed: float, position: Floats) -> None:
        """Remember one command.

        Args:
            now_ns: when it was sent; not before the one that was noted last.
            consumed: time of chunks that was executed so far [s].
            position: (n,) [rad].
        """
        if self._stamps and now_ns < self._stamps[-1]:
            self.forget()
        if self._stamps and now_ns == self._stamps[-1]:
            # a clock that stands still must not fill the memory
            self._consumed[-1], self._positions[-1] = consumed, position
            return
        self._stamps.append(now_ns)
        self._consumed.append(consumed)
        self._positions.append(position)
        old = bisect_right(self._stamps, now_ns - self._keep_ns)
        # in blocks, so that a tick does not move the whole list
        if old > 256:
            del self._stamps[:old], self._consumed[:old], self._positions[:old]

    def consumed_at(self, stamp_ns: int) -> float | None:
        """Time of chunks [s] that was executed up to a stamp; None if nothing was ever sent."""
        if not self._stamps:
            return None
        return self._consumed[max(bisect_right(self._stamps, stamp_ns) - 1, 0)]

    def position_at(self, stamp_ns: int) -> Floats | None:
        """Command (n,) at a stamp, between two by proportion; None if none is that old."""
        after = bisect_right(self._stamps, stamp_ns)
        if after == 0:
            return None
        if after == len(self._stamps):
            return self._positions[-1]
        start, end = self._stamps[after - 1], self._stamps[after]
        share = (stamp_ns - start) / (end - start)
        before = self._positions[after - 1]
        between: Floats = before + share * (self._positions[after] - before)
        return between

    def forget(self) -> None:
        """Begin again."""
        self._stamps.clear()
        self._consumed.clear()
        self._positions.clear()
