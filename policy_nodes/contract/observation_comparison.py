"""Compare what a policy reads with what a robot gives."""

from __future__ import annotations

from collections.abc import Iterator

from policy_nodes.contract.agreement import Disagreement
from policy_nodes.contract.entry_comparison import by_entry, compare_names, compare_units
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.offered_observation import OfferedObservation
from policy_nodes.contract.plain import plain_shape

RATE_TOLERANCE = 0.01
"""A source this share slower than the contract asks is still as fast as asked."""


def compare_observation(
    term: ObservationTerm, offered: OfferedObservation
) -> Iterator[Disagreement]:
    """Find the fields in which the two differ.

    More entries, a higher rate and a longer history than the policy needs are no difference: the
    node takes the newest sample at each step of the policy.
    """
    name = term.name
    if term.source != offered.source:
        remedy = 'remap to a topic of this type, or convert in a node before the policy'
        yield Disagreement(name, 'source', term.source, offered.source, remedy)
    if term.frame != offered.frame:
        remedy = 'publish it in this frame, or transform it by tf in a node before the policy'
        yield Disagreement(name, 'frame', term.frame, offered.frame, remedy)
    yield from compare_names(name, term.names, offered.names)
    yield from compare_units(
        name, by_entry(term.names, term.unit), by_entry(offered.names, offered.unit)
    )
    if not _shapes_fit(term, offered):
        shapes = plain_shape(term.shape), plain_shape(offered.shape)
        yield Disagreement(name, 'shape', *shapes, 'resample it in the driver, or train for it')
    yield from _compare_times(term, offered)
    if term.history > offered.max_history:
        remedy = f'set max_history to {term.history} in robot.yaml if the node may keep so many'
        yield Disagreement(name, 'history', term.history, offered.max_history, remedy)
    if term.colour != offered.colour:
        remedy = (
            'have the driver or an image node publish the order that the policy was trained on'
        )
        yield Disagreement(name, 'colour', term.colour, offered.colour, remedy)


def _shapes_fit(term: ObservationTerm, offered: OfferedObservation) -> bool:
    # Named entries are compared by name, so the robot's last axis may be the longer one.
    end = -1 if term.names and offered.names else None
    wanted, given = term.shape[:end], offered.shape[:end]
    return len(wanted) == len(given) and all(
        one == other or None in (one, other) for one, other in zip(wanted, given, strict=True)
    )


def _compare_times(term: ObservationTerm, offered: OfferedObservation) -> Iterator[Disagreement]:
    wanted, given, bound = term.rate_hz, offered.rate_hz, term.stale_after_s
    if wanted is not None and (given is None or given < wanted * (1.0 - RATE_TOLERANCE)):
        remedy = f'raise the rate of the source to {wanted:g} Hz'
        yield Disagreement(term.name, 'rate_hz', wanted, given, remedy)
    elif given is not None and bound is not None and bound * given < 1.0 - RATE_TOLERANCE:
        remedy = (
            f'raise the rate of the source, which is stale between samples {1 / given:g} s apart'
        )
        yield Disagreement(term.name, 'stale_after_s', bound, 1.0 / given, remedy)
