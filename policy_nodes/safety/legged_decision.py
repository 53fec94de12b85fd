"""What the safety controller of legs decided, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import LegCommandSample
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_motion import LegMode

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LeggedDecision:
    """One decision; the fields of policy_stack/SafetyState and the command to send.

    Attributes:
        stamp_ns: time that it holds at.
        command: to be sent now; None sends nothing.
        level: rung of the ladder.
        mode: what the legs do.
        findings: why, strongest first; empty when the proposal goes out unchanged.
        names: joint of each value below.
        proposed: (joints,) targets [rad]; NaN where nothing usable was proposed.
        sent: (joints,) targets [rad]; NaN if nothing was ever sent, or while joints only damp.
        scale: way of the targets in this tick over the way that was proposed, along it; NaN
            where that cannot be said.
        epoch: counts resets.
        latched: only a reset leads out.
        counters: onsets of each reason since start, by code.
        tick_ms: time that the decision took, as its caller measured it; NaN if not.
    """

    stamp_ns: int
    command: LegCommandSample | None
    level: Level
    mode: LegMode
    findings: tuple[Finding, ...]
    names: tuple[str, ...]
    proposed: Floats
    sent: Floats
    scale: float
    epoch: int
    latched: bool
    counters: Mapping[str, int]
    tick_ms: float = float('nan')

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes, strongest first, each once."""
        return tuple(dict.fromkeys(finding.reason.code for finding in self.findings))

    @property
    def source(self) -> str:
        """What the first reason names; empty without one."""
        return self.findings[0].source if self.findings else ''

    def timed(self, tick_ms: float) -> LeggedDecision:
        """Say how long the decision took [ms]."""
        return replace(self, tick_ms=tick_ms)
