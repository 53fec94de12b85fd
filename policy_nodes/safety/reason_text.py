"""What stands behind a reason code."""

from __future__ import annotations

from typing import NamedTuple

from policy_nodes.safety.ladder import Level


class ReasonText(NamedTuple):
    """What stands behind a code.

    Attributes:
        code: as published in SafetyState.reasons.
        level: rung it leads to.
        meaning: one sentence.
        remedy: what the user can do.
    """

    code: str
    level: Level
    meaning: str
    remedy: str
