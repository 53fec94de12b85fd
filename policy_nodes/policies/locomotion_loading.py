"""Builds policies of legs from checkpoints, by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError, in_file, suggest
from policy_nodes.policies.locomotion import LocomotionPolicy
from policy_nodes.policies.locomotion_contract import (
    LOCOMOTION_FORMS,
    NetworkType,
    check_meaning,
)
from policy_nodes.policies.locomotion_names import LOCOMOTION
from policy_nodes.policies.specialists import Specialists

COUNTS = {
    'joints': range(1, 65),
    'window': range(1, 101),
    'width': range(8, 2049),
    'layers': range(1, 33),
    'heads': range(1, 65),
    'feed': range(8, 8193),
}
GRIDS = ('near', 'ahead')


def load_specialists(
    name: str, checkpoints: Mapping[str, Path | str] | None = None
) -> tuple[Specialists, tuple[Checkpoint, ...]]:
    """Build what serves a robot: one policy or several that take turns.

    Args:
        name: in LOCOMOTION.
        checkpoints: folders or names by behaviour, instead of the shipped ones.

    Raises:
        ContractError: unknown name or behaviour, a checkpoint that cannot be used, or checkpoints
            that do not move the same joints.
    """
    if name not in LOCOMOTION:
        raise ContractError(f'there is no policy {name!r}', remedy=suggest(name, LOCOMOTION))
    chosen: dict[str, Path | str] = dict(LOCOMOTION[name])
    for behaviour, checkpoint in (checkpoints or {}).items():
        if behaviour not in chosen:
            raise ContractError(
                f'policy {name!r} has no behaviour {behaviour!r}',
                remedy=suggest(behaviour, chosen),
            )
        chosen[behaviour] = checkpoint
    opened = {behaviour: _open(str(place)) for behaviour, place in chosen.items()}
    policies = {behaviour: load_locomotion(each) for behaviour, each in opened.items()}
    names = {policy.names for policy in policies.values()}
    if len(names) > 1:
        raise ContractError(
            'the checkpoints do not move the same joints in the same order',
            remedy='choose checkpoints of one robot',
        )
    return Specialists(policies), tuple(opened.values())


def _open(place: str) -> Checkpoint:
    """Open a checkpoint; of one that would be shipped, and is not yet, say how it is made."""
    try:
        return Checkpoint.open(resolve_checkpoint(place))
    except ContractError as error:
        name = Path(place).name
        if name not in {
            each for checkpoints in LOCOMOTION.values() for each in checkpoints.values()
        }:
            raise
        raise ContractError(
            f'there is no checkpoint {place}: no trained weights of legs are shipped yet',
            remedy=f'train it by `policy-stack train {name} --out runs/{name}`, as '
            'docs/how-to/train_legs.md says, and give the folder that it lies in',
        ) from error


def load_locomotion(checkpoint: Checkpoint) -> LocomotionPolicy:
    """Build the policy of one checkpoint.

    Raises:
        ContractError: it is of another policy, its terms mean something else than the code
            computes, or its weights do not fit.
    """
    contract = checkpoint.contract
    if contract.policy not in LOCOMOTION_FORMS or contract.network is None:
        raise ContractError(
            f'{checkpoint.name} is a checkpoint of policy {contract.policy!r}, not of legs',
            remedy=f'choose one of {", ".join(LOCOMOTION_FORMS)}; `policy-stack list` shows them',
        )
    with in_file(checkpoint.contract_file):
        network = _network(checkpoint)
        check_meaning(contract, network)
    weights = {name: torch.from_numpy(value) for name, value in checkpoint.weights().items()}
    _check_keys(network, weights)
    network.load_state_dict(weights)
    return LocomotionPolicy(network, contract)


def _network(checkpoint: Checkpoint) -> NetworkType:
    """Build the network that a contract names, from arguments that can be meant."""
    contract, place = checkpoint.contract, 'network.arguments'
    named = contract.network
    assert named is not None
    kind = LOCOMOTION_FORMS[contract.policy]
    if named.class_name != kind.__name__:
        raise ContractError(
            f'the network is of class {named.class_name!r}',
            remedy=f'policy {contract.policy} runs the class {kind.__name__}',
            path='network.class',
        )
    arguments: dict[str, object] = {}
    for name, value in named.arguments.items():
        known = COUNTS.get(name)
        if name in GRIDS:
            sound = (
                isinstance(value, list)
                and len(value) == 2
                and all(type(size) is int and 0 <= size <= 100 for size in value)
            )
            arguments[name] = tuple(value) if sound else value
        elif known is None:
            raise ContractError(
                f'{kind.__name__} takes no {name!r}',
                remedy=f'known: {", ".join((*COUNTS, *GRIDS))}',
                path=place,
            )
        else:
            sound = type(value) is int and value in known
            arguments[name] = value
        if not sound:
            meant = 'two sizes' if known is None else f'a number from {known[0]} to {known[-1]}'
            raise ContractError(f'{name} is {value!r}', remedy=f'give {meant}', path=place)
    try:
        return kind(**arguments)
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise ContractError(
            f'these sizes build no network: {error}', remedy='restore the contract', path=place
        ) from error


def _check_keys(network: NetworkType, weights: Mapping[str, torch.Tensor]) -> None:
    wanted = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    given = {name: tuple(value.shape) for name, value in weights.items()}
    for name in sorted(wanted.keys() | given.keys()):
        if wanted.get(name) != given.get(name):
            raise ContractError(
                f'{name} has shape {given.get(name, "none: it is missing")}, the network '
                f'needs {wanted.get(name, "none: it is unknown")}',
                remedy='restore weights and contract of one training',
            )
    for name, value in weights.items():
        if not value.dtype.is_floating_point or not value.isfinite().all():
            raise ContractError(
                f'{name} does not hold finite real numbers',
                remedy='give the weights of a training that went well',
            )
