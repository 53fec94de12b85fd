"""Driving without faults: how much of the time the robot was stopped for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from policy_nodes.evaluation.faults.watch import Said

LONGEST = 0.5  # [s] that one state can stand for


@dataclass
class Quiet:
    """Time shares of a drive without faults.

    Attributes:
        seconds: of the whole drive.
        asked: in which proposals came [s].
        false: of those, stopped for a reason that the world did not give [s].
        held: of those, stopped for a reason of the world [s].
        reasons: false seconds by the strongest reason.
    """

    seconds: float = 0.0
    asked: float = 0.0
    false: float = 0.0
    held: float = 0.0
    reasons: dict[str, float] = field(default_factory=dict)

    @property
    def false_share(self) -> float:
        """False stops as a share of the time in which proposals came."""
        return self.false / self.asked if self.asked else 0.0

    def count(self, said: Said, until: float, environment: frozenset[str]) -> None:
        """Count a state that stood until a steady time [s]."""
        lasted = min(LONGEST, max(0.0, until - said.at))
        if not said.asked:
            return
        self.asked += lasted
        if not said.stopped:
            return
        why = [code for code in said.reasons if code not in environment]
        if not why:
            self.held += lasted
            return
        self.false += lasted
        self.reasons[why[0]] = self.reasons.get(why[0], 0.0) + lasted
