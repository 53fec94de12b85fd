"""Builds SAM2Act from a checkpoint, by a strict key map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.errors import ContractError, in_file, inside
from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.policies.sam2act import Sam2ActPolicy
from policy_nodes.policies.sam2act_cloud import SceneBounds
from policy_nodes.policies.sam2act_contract import MEMORY, check_terms
from policy_nodes.policies.sam2act_sizes import read_sizes

ARGUMENTS = ('language', 'bounds', 'sizes')


def load_sam2act(
    checkpoint: Checkpoint,
    device: torch.device | str = 'cpu',
    *,
    autocast: torch.dtype | None = None,
) -> Sam2ActPolicy:
    """Build SAM2Act with the weights of a checkpoint.

    Args:
        checkpoint: of the policy sam2act or sam2act_plus.
        device: to run on.
        autocast: as in `Sam2ActPolicy`.

    Raises:
        ContractError: the checkpoint is of another policy, its terms mean something else than the
            code computes, or its weights do not fit.
    """
    contract = checkpoint.contract
    if contract.policy not in MEMORY:
        raise ContractError(
            f'{checkpoint.name} is a checkpoint of policy {contract.policy!r}, not of sam2act',
            remedy='choose a SAM2Act checkpoint; `policy-stack list` shows them',
        )
    with in_file(checkpoint.contract_file), inside('network'):
        arguments = _arguments(checkpoint)
        with inside('arguments'):
            with inside('sizes'):
                config = read_sizes(arguments['sizes'])
            with inside('bounds'):
                bounds = _bounds(arguments['bounds'])
    if config.memory != MEMORY[contract.policy]:
        raise ContractError(
            f'{contract.policy} has the size memory: {config.memory}',
            remedy='sam2act_plus remembers, sam2act does not: correct either',
            path='network.arguments.sizes.memory',
            file=str(checkpoint.contract_file),
        )
    with in_file(checkpoint.contract_file):
        check_terms(contract, config, bounds)
    network = Sam2Act(config)
    fill(network, {name: torch.from_numpy(value) for name, value in checkpoint.weights().items()})
    return Sam2ActPolicy(network, bounds, device, autocast=autocast)


def language_of(checkpoint: Checkpoint) -> tuple[str, int]:
    """Name of the language encoder that a checkpoint was trained with, and its tokens."""
    with in_file(checkpoint.contract_file), inside('network'):
        name = _arguments(checkpoint)['language']
    return str(name), checkpoint.contract.observation('instruction').shape[0] or 0


def fill(network: Sam2Act, weights: Mapping[str, Tensor]) -> None:
    """Give a network its weights, in single precision where they are of less.

    Raises:
        ContractError: a name is missing or extra, a shape differs, or a value is no number.
    """
    for name, value in weights.items():
        if value.dtype.is_floating_point and not value.isfinite().all():
            raise ContractError(
                f'{name} does not hold finite real numbers',
                remedy='give the weights of a training that went well',
            )
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        # torch names every missing and extra name and both shapes, in lines of its own
        named = ' '.join(str(error).split())
        raise ContractError(
            f'the weights do not fit SAM2Act: {named}',
            remedy='give the state dict of a SAM2Act of these sizes',
        ) from error
    network.eval()


def _arguments(checkpoint: Checkpoint) -> Mapping[str, Any]:
    named = checkpoint.contract.network
    if named is None or named.class_name != 'Sam2Act':
        raise ContractError(
            f'the class is {named and named.class_name!r}',
            remedy='policy sam2act runs the class Sam2Act',
            path='class',
        )
    if sorted(named.arguments) != sorted(ARGUMENTS):
        raise ContractError(
            f'there are {", ".join(named.arguments) or "none"}',
            remedy=f'give {", ".join(ARGUMENTS)}',
            path='arguments',
        )
    return named.arguments


def _bounds(plain: object) -> SceneBounds:
    corners = plain if isinstance(plain, Mapping) else {}
    read = []
    for corner in ('low', 'high'):
        values = corners.get(corner)
        if (
            not isinstance(values, list)
            or len(values) != 3
            or not all(type(value) in (int, float) for value in values)
        ):
            raise ContractError(
                f'it is {values!r}', remedy='give x, y and z in metres', path=corner
            )
        read.append((float(values[0]), float(values[1]), float(values[2])))
    return SceneBounds(*read)
