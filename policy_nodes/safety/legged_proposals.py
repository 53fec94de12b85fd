"""Which proposals for legs count, by content and by stamp."""

from __future__ import annotations

import numpy as np

from policy_nodes.contract.samples import LegCommandSample
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.freshness import NANO, OF_PROPOSALS, Freshness
from policy_nodes.safety.legged_admission import refuse_leg_command
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_limits import LegTargets
from policy_nodes.safety.reasons import Reason


class LegProposals:
    """Holds the newest proposal and why it does not count, if it does not.

    The first proposal after a pause only starts the measure of time.
    """

    def __init__(self, config: LeggedSafetyConfig) -> None:
        self.names = config.joints.names
        self.max_period = config.proposal.max_period
        self.stream = Freshness(
            'proposal',
            max_age=config.proposal.max_age,
            timeout=config.proposal.timeout,
            future_tolerance=config.clock.future_tolerance,
            reasons=OF_PROPOSALS,
        )
        self.targets: LegTargets | None = None
        self._refusal: Finding | None = None
        self._not_before_ns = -1

    def take(self, proposal: LegCommandSample, now_ns: int, steady_s: float) -> Finding | None:
        """Take a proposal.

        Returns:
            Why it does not count; None if it does.
        """
        refusal = refuse_leg_command(proposal, self.names, 'proposal')
        if refusal is None:
            refusal = self._judge_stamp(proposal.stamp_ns, now_ns, steady_s)
        if refusal is None:
            self.targets = LegTargets(
                np.array(proposal.position, dtype=np.float64),
                np.array(proposal.kp, dtype=np.float64),
                np.array(proposal.kd, dtype=np.float64),
            )
        self._refusal = refusal
        return refusal

    def lost(self, now_ns: int, steady_s: float) -> list[Finding]:
        """Say why no proposal can be followed now; empty if one can."""
        lost = self.stream.lost(now_ns, steady_s)
        return [finding for finding in (self._refusal, lost) if finding is not None]

    def forget(self) -> None:
        """Rely on no proposal received so far."""
        self.stream.forget()
        self.targets = None
        self._refusal = None

    def refuse_until(self, stamp_ns: int) -> None:
        """Forget, and count only proposals that are stamped later."""
        self.forget()
        self._not_before_ns = stamp_ns

    def _judge_stamp(self, stamp_ns: int, now_ns: int, steady_s: float) -> Finding | None:
        before = self.stream.stamp_ns
        if self.stream.is_future(stamp_ns, now_ns):
            words = f'Ahead by {(stamp_ns - now_ns) / NANO:.3g} s.'
            return Finding(Reason.PROPOSAL_FUTURE, 'proposal', words)
        if stamp_ns <= self._not_before_ns:
            words = f'Stamped {(self._not_before_ns - stamp_ns) / NANO:.3g} s before it.'
            return Finding(Reason.PROPOSAL_BEFORE_RESET, 'proposal', words)
        if before is not None and stamp_ns == before:
            return Finding(Reason.PROPOSAL_REPEATED, 'proposal')
        if before is not None and stamp_ns < before:
            words = f'Back by {(before - stamp_ns) / NANO:.3g} s.'
            return Finding(Reason.PROPOSAL_BACKWARD, 'proposal', words)
        self.stream.accept(stamp_ns, steady_s)
        if before is None:
            return Finding(Reason.ARMING, 'proposal')
        dt = (stamp_ns - before) / NANO
        if dt > self.max_period:
            words = f'{dt:.2f} s, allowed {self.max_period:g} s.'
            return Finding(Reason.PROPOSAL_GAP, 'proposal', words)
        return None
