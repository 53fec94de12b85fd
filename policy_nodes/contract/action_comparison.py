"""Compare what a policy proposes with what a robot takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.agreement import Disagreement
from policy_nodes.contract.entry_comparison import by_entry, compare_names, compare_units
from policy_nodes.contract.offered_action import OfferedAction
from policy_nodes.contract.vocabulary import SERVED_BY

RATE_TOLERANCE = 0.01
"""Rates that differ by less than this share are the same."""

LIMIT_TOLERANCE = 1e-6
"""Limits that the policy exceeds by less than this are kept; float32 tables are not exact."""


def compare_action(action: ActionTerm, taken: OfferedAction) -> Iterator[Disagreement]:
    """Find the fields in which the two differ.

    The rate has to be the same, since a policy's increments and chunks mean time. The robot may
    take a longer horizon and wider limits than the policy uses; it has to be sent every value
    that it takes.
    """
    name = action.name
    if SERVED_BY.get(action.kind, action.kind) != taken.kind:
        remedy = 'choose a policy of the kind that the robot takes, or another controller'
        yield Disagreement(name, 'kind', action.kind, taken.kind, remedy)
    if action.frame != taken.frame:
        remedy = 'choose a policy for the frame that the robot takes'
        yield Disagreement(name, 'frame', action.frame, taken.frame, remedy)
    yield from compare_names(name, action.names, taken.names)
    for entry in taken.names:
        if entry not in action.names:
            remedy = f'the robot has to be sent {entry!r}: give it a term of its own in robot.yaml'
            yield Disagreement(name, 'names', None, entry, remedy)
    yield from compare_units(
        name, by_entry(action.names, action.unit), by_entry(taken.names, taken.unit)
    )
    yield from _compare_limits(action, taken)
    yield from _compare_gains(action, taken)
    if not _same_rate(action.rate_hz, taken.rate_hz):
        remedy = 'drive the robot at the rate that the policy was trained at'
        yield Disagreement(name, 'rate_hz', action.rate_hz, taken.rate_hz, remedy)
    if action.horizon > taken.max_horizon:
        remedy = f'set max_horizon to {action.horizon} in robot.yaml if the controller can take it'
        yield Disagreement(name, 'horizon', action.horizon, taken.max_horizon, remedy)


def _compare_limits(action: ActionTerm, taken: OfferedAction) -> Iterator[Disagreement]:
    robot_limits = dict(zip(taken.names, taken.limits, strict=True))
    for entry, (low, high) in zip(action.names, action.limits, strict=True):
        floor, ceiling = robot_limits.get(entry, (low, high))
        if low < floor - LIMIT_TOLERANCE or high > ceiling + LIMIT_TOLERANCE:
            remedy = (
                'train within the limits of the robot: a command cut short is not the one that '
                'the policy learned with'
            )
            yield Disagreement(
                action.name, f'limits of {entry}', (low, high), (floor, ceiling), remedy
            )


def _compare_gains(action: ActionTerm, taken: OfferedAction) -> Iterator[Disagreement]:
    for which, wanted, given in (('kp', action.kp, taken.kp), ('kd', action.kd, taken.kd)):
        if not wanted:
            continue
        robot_gains = dict(zip(taken.names, _for_each(given, taken.names), strict=False))
        for entry, gain in zip(action.names, _for_each(wanted, action.names), strict=True):
            other = robot_gains.get(entry)
            if other is None or abs(other - gain) > RATE_TOLERANCE * gain:
                remedy = 'set the gains that the policy was trained with'
                yield Disagreement(action.name, f'{which} of {entry}', gain, other, remedy)


def _for_each(values: Sequence[float], names: Sequence[str]) -> Sequence[float]:
    return [values[0]] * len(names) if len(values) == 1 else values


def _same_rate(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= RATE_TOLERANCE * one
