"""Emergency stop sources: pressed, released, or silent, which counts as pressed."""

from __future__ import annotations

from collections.abc import Sequence

from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.stop_latch import StopLatch


class StopSignals:
    """Feeds a latch from any number of sources."""

    def __init__(
        self, latch: StopLatch, *, monitored: Sequence[str] = (), timeout: float = 0.5
    ) -> None:
        """Watch sources.

        Args:
            latch: what they set.
            monitored: sources that must report all the time.
            timeout: greatest silence of a monitored source on the steady clock [s].
        """
        self.latch = latch
        self.timeout = timeout
        self._heard: dict[str, float | None] = dict.fromkeys(monitored)

    def begin(self, steady_s: float) -> None:
        """Start the measure of silence."""
        self._heard = dict.fromkeys(self._heard, steady_s)

    def take(self, source: str, pressed: bool, steady_s: float) -> None:
        """Take a report of a source, known or not."""
        if source in self._heard:
            self._heard[source] = steady_s
        if pressed:
            self.latch.press(source)
        else:
            self.latch.release(source)

    def watch(self, steady_s: float) -> None:
        """Press for every monitored source that is silent for too long."""
        for source, heard in self._heard.items():
            if heard is not None and steady_s - heard > self.timeout:
                self.latch.press(source, Reason.ESTOP_SILENT)
