"""What the safety controller of legs decided, and why."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.contract.samples import LegCommandSample
from policy_nodes.safety.decision import Decision
from policy_nodes.safety.legged_motion import LegMode


@dataclass(frozen=True)
class LeggedDecision(Decision[LegCommandSample]):
    """A decision whose values are targets of joints [rad].

    What is sent is NaN while joints only damp. The scale is the way of the targets in this tick
    over the way that was proposed, along it.

    Attributes:
        mode: what the legs do.
    """

    mode: LegMode = LegMode.DAMPING
