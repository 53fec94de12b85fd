"""The latched stop: any source sets it, only an explicit reset clears it."""

from __future__ import annotations

from policy_nodes.safety.finding import Finding, strongest_first
from policy_nodes.safety.reasons import Reason


class StopLatch:
    """Remembers why the robot must not move until a person says so.

    It begins latched, so a restarted controller does not move anything.
    """

    def __init__(self) -> None:
        self._causes: dict[tuple[Reason, str], Finding] = {}
        self._pressed: set[str] = set()
        self.set(Finding(Reason.AWAITING_RESET, 'safety_controller'))

    @property
    def latched(self) -> bool:
        """Whether a reset is needed."""
        return bool(self._causes)

    @property
    def causes(self) -> tuple[Finding, ...]:
        """Everything that latched it since the last reset, strongest first."""
        return strongest_first(self._causes.values())

    @property
    def pressed(self) -> tuple[str, ...]:
        """Sources that hold the stop just now, by name."""
        return tuple(sorted(self._pressed))

    def set(self, finding: Finding) -> None:
        """Latch for a cause that is over once it has happened."""
        self._causes[finding.reason, finding.source] = finding

    def press(self, source: str, reason: Reason = Reason.ESTOP_PRESSED) -> None:
        """Latch for a source that holds the stop until it lets go."""
        self._pressed.add(source)
        self.set(Finding(reason, source))

    def release(self, source: str) -> None:
        """Note that a source lets go. The latch stays."""
        self._pressed.discard(source)

    def clear(self) -> bool:
        """Unlatch, unless a source still holds the stop.

        Returns:
            Whether it is unlatched now.
        """
        if self._pressed:
            return False
        self._causes.clear()
        return True
