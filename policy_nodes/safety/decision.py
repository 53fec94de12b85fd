"""What the safety controller decided, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.ladder import Level

if TYPE_CHECKING:
    from typing_extensions import Self

Floats = NDArray[np.float64]
Command = TypeVar('Command')


@dataclass(frozen=True)
class Decision(Generic[Command]):
    """One decision; the fields of policy_stack/SafetyState and the command to send.

    Attributes:
        stamp_ns: time that it holds at.
        command: to be sent now; None sends nothing.
        level: rung of the ladder.
        findings: why, strongest first; empty when the proposal goes out unchanged.
        names: axis of each value below.
        proposed: (n,) SI units; NaN where nothing usable was proposed.
        sent: (n,) what the actuators hold to now; NaN if nothing was ever sent.
        scale: sent over proposed, along the proposed direction; NaN without a proposal.
        epoch: counts resets.
        latched: only a reset leads out.
        counters: onsets of each reason since start, by code.
        tick_ms: time that the decision took, as its caller measured it; NaN if not.
        input: name of the input that counts; empty for robots that have but one.
    """

    stamp_ns: int
    command: Command | None
    level: Level
    findings: tuple[Finding, ...]
    names: tuple[str, ...]
    proposed: Floats
    sent: Floats
    scale: float
    epoch: int
    latched: bool
    counters: Mapping[str, int]
    tick_ms: float = float('nan')
    input: str = ''

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes, strongest first, each once."""
        return tuple(dict.fromkeys(finding.reason.code for finding in self.findings))

    @property
    def source(self) -> str:
        """What the first reason names; empty without one."""
        return self.findings[0].source if self.findings else ''

    def timed(self, tick_ms: float) -> Self:
        """Say how long the decision took [ms]."""
        return replace(self, tick_ms=tick_ms)


def share_along(proposed: Floats, sent: Floats, full: Floats) -> float:
    """Sent over proposed along the proposed direction.

    Args:
        proposed: (n,).
        sent: (n,).
        full: (n,) value of each axis that counts as one, so that axes can be compared.

    Returns:
        1 where nothing was proposed and nothing is sent; NaN where that cannot be said.
    """
    wanted, got = proposed / full, sent / full
    with np.errstate(over='ignore'):  # a wild proposal has no meaningful share
        size = float(wanted @ wanted)
    if not np.isfinite(size):
        return float('nan')
    if size == 0:
        return 1.0 if not got.any() else float('nan')
    return float(got @ wanted) / size
