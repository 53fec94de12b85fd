"""A proposal that waits for the sensors of its own time."""

from collections.abc import Callable
from typing import NamedTuple

from policy_nodes.contract.samples import TwistSample


class HeldProposal(NamedTuple):
    """A proposal and the steady time of its arrival [s]."""

    sample: TwistSample
    arrived: float


class PendingProposal:
    """Keeps one proposal until the sensors have caught up with it, but not for long."""

    def __init__(self, wait: float) -> None:
        """Keep nothing yet.

        Args:
            wait: longest time to keep a proposal [s].
        """
        self.wait = wait
        self._held: HeldProposal | None = None

    def hold(self, sample: TwistSample, now: float) -> None:
        """Keep a proposal that arrived at steady time now [s]."""
        self._held = HeldProposal(sample, now)

    def due(self, now: float, behind: Callable[[int], object]) -> HeldProposal | None:
        """Give the proposal away at steady time now [s] if nothing is to be waited for any more.

        Args:
            now: steady time [s].
            behind: whether a sensor is behind a stamp [ns].
        """
        held = self._held
        if held is None:
            return None
        if now - held.arrived < self.wait and behind(held.sample.stamp_ns):
            return None
        return self.give()

    def give(self) -> HeldProposal | None:
        """Give the proposal away, if there is one."""
        held, self._held = self._held, None
        return held
