"""Whether the stamp of a proposal lets it count, and how much time it gives for a change."""

from __future__ import annotations

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.freshness import NANO, Freshness
from policy_nodes.safety.reasons import Reason


def admit_stamp(
    stream: Freshness,
    stamp_ns: int,
    now_ns: int,
    steady_s: float,
    *,
    not_before_ns: int,
    max_period: float,
) -> tuple[Finding | None, float | None]:
    """Judge the stamp of a proposal, and take it into its stream if it is news.

    Args:
        stream: of the proposals of its input.
        stamp_ns: of the proposal.
        now_ns: now on the node clock.
        steady_s: now on the steady clock [s].
        not_before_ns: stamps up to this one do not count.
        max_period: a longer pause only starts the measure of time [s].

    Returns:
        What speaks against it, or the time since the proposal before it [s].
    """
    before = stream.stamp_ns
    if stream.is_future(stamp_ns, now_ns):
        words = f'Ahead by {(stamp_ns - now_ns) / NANO:.3g} s.'
        return Finding(Reason.PROPOSAL_FUTURE, 'proposal', words), None
    if stamp_ns <= not_before_ns:
        words = f'Stamped {(not_before_ns - stamp_ns) / NANO:.3g} s before it.'
        return Finding(Reason.PROPOSAL_BEFORE_RESET, 'proposal', words), None
    if before is not None and stamp_ns <= before:
        back = (before - stamp_ns) / NANO
        if back == 0:
            return Finding(Reason.PROPOSAL_REPEATED, 'proposal'), None
        return Finding(Reason.PROPOSAL_BACKWARD, 'proposal', f'Back by {back:.3g} s.'), None
    stream.accept(stamp_ns, steady_s)
    lost = stream.lost(now_ns, steady_s)
    if lost is not None:
        return lost, None
    if before is None:
        return Finding(Reason.ARMING, 'proposal'), None
    dt = (stamp_ns - before) / NANO
    if dt > max_period:
        words = f'{dt:.2f} s, allowed {max_period:g} s.'
        return Finding(Reason.PROPOSAL_GAP, 'proposal', words), None
    return None, dt
