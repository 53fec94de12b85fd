"""The inputs and locks of one controller: whose proposals count, and what holds them back."""

from __future__ import annotations

from policy_nodes.safety.arbitration_config import ArbitrationConfig
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.stop_latch import StopLatch


class InputGate:
    """Applies a choice of inputs to a latch; its owner forgets proposals at a hand-over."""

    def __init__(self, config: ArbitrationConfig, latch: StopLatch) -> None:
        self._config = config
        self._latch = latch
        self._core = config.build()

    @property
    def chosen(self) -> str:
        """Name of the input that counts."""
        return self._core.chosen

    @property
    def needs_heartbeats(self) -> bool:
        """Whether required nodes have to be alive while this input counts."""
        return self._config.inputs[self.chosen].heartbeats

    def arrive(self, source: str, steady_s: float) -> bool:
        """Note that an input proposed something; empty means the first.

        Returns:
            Whether another input took over.
        """
        self._core.arrive(source or self._config.first, steady_s)
        return self.look(steady_s)

    def counts(self, source: str) -> bool:
        """Whether proposals of an input count; empty means the first."""
        return (source or self._config.first) == self.chosen

    def look(self, steady_s: float) -> bool:
        """Let another input count if it is its turn.

        Returns:
            Whether one took over; it has to start with a proposal of its own.
        """
        before = self._core.choose(steady_s)
        if before is None:
            return False
        if self._config.needs_reset(before, self.chosen):
            words = f'{self.chosen} would take over.'
            self._latch.set(Finding(Reason.INPUT_LOST, before, words))
        return True

    def report(self, lock: str, is_set: bool, steady_s: float) -> None:
        """Take a report of a lock."""
        self._core.report(lock, is_set, steady_s)

    def held(self, steady_s: float) -> list[Finding]:
        """Name the locks that hold back the input that counts."""
        return self._core.held(steady_s)

    def forget(self) -> None:
        """Take no input as live; locks stay as they are."""
        self._core.forget()
