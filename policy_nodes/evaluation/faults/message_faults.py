"""Faults in the content of messages."""

from __future__ import annotations

from policy_nodes.evaluation.faults import begins
from policy_nodes.evaluation.faults.fault import Fault, Onset
from policy_nodes.evaluation.faults.numbers import Change
from policy_nodes.evaluation.faults.tampers import edit, flood

PROPOSAL = 'proposal'


def codes(*names: str) -> frozenset[str]:
    """Collect reason codes."""
    return frozenset(names)


def edited(
    name: str,
    behaviour: str,
    sentence: str,
    change: Change,
    *reasons: str,
    stream: str = PROPOSAL,
    timeout: float = 0.0,
    lasts: float = 1.0,
    stops: bool = True,
    stands: bool = True,
    latches: bool = False,
) -> Fault:
    """Change every message of a stream; what is meant by the rest says `Fault`."""
    by = begins.on(stream, by=edit(change))
    return Fault(
        *(name, behaviour, sentence, by, codes(*reasons), Onset.DAMAGED, stream),
        timeout=timeout,
        lasts=lasts,
        stops=stops,
        stands=stands,
        latches=latches,
    )


def limited(name: str, behaviour: str, sentence: str, change: Change, *reasons: str) -> Fault:
    """Change every proposal to one that the limits bear, without a stop."""
    return edited(name, behaviour, sentence, change, *reasons, stops=False)


def flooded(behaviour: str) -> Fault:
    """Send every proposal ten times; a queue of one may swallow all but the last."""
    by = begins.on(PROPOSAL, by=flood)
    return Fault(
        *('proposal_flood', behaviour, 'Each proposal comes ten times.', by),
        *(codes(), Onset.DAMAGED, PROPOSAL),
        stops=False,
    )
