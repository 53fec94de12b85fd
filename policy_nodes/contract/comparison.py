"""Compare what a policy was trained on with what a robot offers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_nodes.contract.action_comparison import compare_action
from policy_nodes.contract.agreement import Agreement, Disagreement
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.entry_comparison import order_of
from policy_nodes.contract.errors import suggest
from policy_nodes.contract.observation_comparison import compare_observation
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.vocabulary import OWN_STATE


def compare(contract: Contract, interface: RobotInterface) -> Agreement:
    """Compare every term of the contract with the robot's term of the same name.

    Entries are matched by name: another order only fills the permutation, a missing name
    disagrees. Terms that the policy keeps itself are not the robot's affair.
    """
    found = list(_compare_robot(contract, interface))
    permutation: dict[str, tuple[int, ...]] = {}
    given = {one.name: one for one in interface.observations}
    taken = {one.name: one for one in interface.actions}
    observations = [term for term in contract.observations if term.source != OWN_STATE]
    for term in observations:
        if term.name not in given:
            found.append(_absent(term.name, list(given)))
            continue
        offered = given[term.name]
        found += compare_observation(term, offered)
        _note(permutation, term.name, order_of(term.names, offered.names))
    for action in contract.actions:
        if action.name not in taken:
            found.append(_absent(action.name, list(taken)))
            continue
        target = taken[action.name]
        found += compare_action(action, target)
        _note(permutation, action.name, order_of(target.names, action.names))
    terms = [term.name for term in observations] + [action.name for action in contract.actions]
    return Agreement(interface.robot, tuple(terms), tuple(found), permutation)


def _compare_robot(contract: Contract, interface: RobotInterface) -> Iterator[Disagreement]:
    if contract.robot not in (interface.robot, *interface.stands_in_for):
        remedy = (
            f'choose a checkpoint for {interface.robot}, or, if the two move alike, write '
            f'`stands_in_for: [{contract.robot}]` in robot.yaml'
        )
        yield Disagreement('robot', 'name', contract.robot, interface.robot, remedy)


def _absent(term: str, known: Sequence[str]) -> Disagreement:
    offers = suggest(term, known) if known else 'it offers none of this sort'
    remedy = f'add the term to robot.yaml if the robot has it; {offers}'
    return Disagreement(term, 'name', term, None, remedy)


def _note(
    permutation: dict[str, tuple[int, ...]], term: str, order: tuple[int, ...] | None
) -> None:
    if order is not None:
        permutation[term] = order
