"""The answer to a request to permit motion again."""

from __future__ import annotations

from typing import NamedTuple


class ResetReply(NamedTuple):
    """As policy_stack/ResetSafety answers.

    Attributes:
        success: whether motion is permitted now; it never starts by itself.
        message: why not, and what to do.
        epoch: that nodes must name in their heartbeats from now on.
    """

    success: bool
    message: str
    epoch: int
