"""Compare the named entries of two terms: which there are, and in which unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policy_nodes.contract.agreement import Disagreement
from policy_nodes.contract.errors import suggest


def compare_names(
    term: str, contract_names: Sequence[str], robot_names: Sequence[str]
) -> Iterator[Disagreement]:
    """Find names of the contract that the robot has not; entries named on one side only differ."""
    if bool(contract_names) != bool(robot_names):
        yield Disagreement(
            term,
            'names',
            list(contract_names),
            list(robot_names),
            'name the entries on both sides, or their order is a guess',
        )
        return
    for name in contract_names:
        if name not in robot_names:
            remedy = f'the policy needs {name!r} of the robot; {suggest(name, robot_names)}'
            yield Disagreement(term, 'names', name, None, remedy)


def compare_units(
    term: str, contract_units: Mapping[str, str], robot_units: Mapping[str, str]
) -> Iterator[Disagreement]:
    """Find entries that both sides have in different units."""
    for entry, unit in contract_units.items():
        other = robot_units.get(entry, unit)
        if other != unit:
            remedy = f'convert {entry or "it"} to {unit} in the driver, as the policy was trained'
            yield Disagreement(term, f'unit of {entry}' if entry else 'unit', unit, other, remedy)


def by_entry(names: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    """Give each entry its value; entries without names share one value under an empty name."""
    keys = list(names) or ['']
    each = [values[0]] * len(keys) if len(values) == 1 else values
    return dict(zip(keys, each, strict=True))


def order_of(wanted: Sequence[str], given: Sequence[str]) -> tuple[int, ...] | None:
    """Find where each wanted name is among the given ones.

    Returns:
        The indices, or None where nothing has to move or a name is missing.
    """
    if list(wanted) == list(given) or any(name not in given for name in wanted):
        return None
    return tuple(given.index(name) for name in wanted)
