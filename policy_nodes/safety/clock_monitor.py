"""Whether the node clock jumped, judged against a steady clock."""

from __future__ import annotations

NANO = 1_000_000_000


class ClockMonitor:
    """Compares how far the node clock went with how far the steady clock went.

    A node clock that stands still is no jump (a paused simulation): arrival time-outs deal with
    that. A simulated clock that reads zero has not begun, so its first reading is no jump.
    """

    def __init__(self, *, forward: float = 1.0, backward: float = 0.05) -> None:
        """Watch a clock.

        Args:
            forward: jump if it gains more than this on the steady clock between two looks [s].
            backward: jump if it goes back by more than this [s].
        """
        self.forward = forward
        self.backward = backward
        self._now_ns = 0
        self._steady_s = 0.0

    def look(self, now_ns: int, steady_s: float) -> float | None:
        """Read both clocks.

        Returns:
            Size of the jump [s], negative backward; None if there was none.
        """
        before, self._now_ns = self._now_ns, now_ns
        steady_before, self._steady_s = self._steady_s, steady_s
        if before == 0:
            return None
        went = (now_ns - before) / NANO
        if went < -self.backward or went - (steady_s - steady_before) > self.forward:
            return went
        return None
