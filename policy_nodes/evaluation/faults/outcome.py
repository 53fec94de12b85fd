"""What came of one injected fault."""

from __future__ import annotations

from dataclasses import dataclass, field

from policy_nodes.evaluation.faults.fault import Fault


@dataclass
class Outcome:
    """One injection.

    Attributes:
        fault: that was injected.
        to_stop_s: from the onset until the stop began [s]; None if it did not begin.
        to_stand_s: from the onset until the command was to stand [s]; None if it never was.
        reasons: codes that were given when the stop began, strongest first.
        right_reason: one of them was to be given for this fault.
        excess: worst share of a limit by which a command went beyond it.
        moved_while_faulty: a command moved the robot after it stood, with the fault still there.
        reset_while_faulty: motion was permitted with the cause of a latched stop still there.
        resets: how often motion was permitted again.
        moved_after_reset: resets after which the robot moved without a fresh proposal.
        false_stops: reasons of each stop since the fault before that nothing called for.
    """

    fault: Fault
    to_stop_s: float | None = None
    to_stand_s: float | None = None
    reasons: tuple[str, ...] = ()
    right_reason: bool = False
    excess: float = 0.0
    moved_while_faulty: bool = False
    reset_while_faulty: bool = False
    resets: int = 0
    moved_after_reset: int = 0
    false_stops: list[tuple[str, ...]] = field(default_factory=list)

    def late(self, period: float) -> bool:
        """Whether the stop did not begin within the time-out of the fault and one period [s]."""
        if not self.fault.stops:
            return False
        return self.to_stop_s is None or self.to_stop_s > self.fault.timeout + period
