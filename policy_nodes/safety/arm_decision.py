"""What the safety controller of an arm decided, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace

from policy_nodes.contract.samples import JointCommandSample
from policy_nodes.safety.decision import Decision


@dataclass(frozen=True)
class ArmDecision(Decision):
    """A decision whose values are positions of joints [rad].

    Attributes:
        joints: to be sent now; None sends nothing. `command` is None: an arm takes no twist.
    """

    joints: JointCommandSample | None = None

    def silent(self) -> ArmDecision:
        """The same state without a command."""
        return replace(self, joints=None)
