"""Builds HEIGHT from a checkpoint, by a strict key map."""

import torch

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.errors import ContractError, in_file
from policy_nodes.models.height import Height
from policy_nodes.policies.height import HeightPolicy
from policy_nodes.policies.height_contract import check_meaning
from policy_nodes.policies.height_mirrored import MirroredHeight

HEIGHT_FORMS = ('height', 'height_mirrored')
ARGUMENTS = {'people': range(1, 101), 'edge_features': range(2, 5, 2)}


def load_height(checkpoint: Checkpoint) -> HeightPolicy:
    """Build HEIGHT with the weights of a checkpoint, mirrored where its contract says so.

    Raises:
        ContractError: the checkpoint is of another policy, its terms mean something else than the
            code computes, or its weights do not fit.
    """
    contract = checkpoint.contract
    if contract.policy not in HEIGHT_FORMS or contract.network is None:
        raise ContractError(
            f'{checkpoint.name} is a checkpoint of policy {contract.policy!r}, not of height',
            remedy='choose a HEIGHT checkpoint; `policy-stack list` shows them',
        )
    network = _network(checkpoint)
    mirrored = contract.policy == 'height_mirrored'
    if mirrored and network.edge_features != 4:
        raise ContractError(
            f'{checkpoint.name} is mirrored and has {network.edge_features} numbers a person',
            remedy='mirroring needs 4: position and velocity in the frame of the robot',
            path='policy',
        )
    with in_file(checkpoint.contract_file):
        check_meaning(contract, network)
    weights = {name: torch.from_numpy(value) for name, value in checkpoint.weights().items()}
    check_keys(network, weights)
    network.load_state_dict(weights)
    return HeightPolicy(MirroredHeight(network) if mirrored else network)


def check_keys(network: Height, weights: dict[str, torch.Tensor]) -> None:
    """Refuse weights with a missing or extra name, another shape, or values that are no numbers.

    Raises:
        ContractError: naming the keys.
    """
    wanted = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    given = {name: tuple(value.shape) for name, value in weights.items()}
    missing, extra = sorted(wanted.keys() - given.keys()), sorted(given.keys() - wanted.keys())
    if missing or extra:
        parts = [f'missing {", ".join(missing)}'] if missing else []
        parts += [f'extra {", ".join(extra)}'] if extra else []
        raise ContractError(
            f'the weights do not have the names of HEIGHT: {"; ".join(parts)}',
            remedy='give the state dict of a HEIGHT policy',
        )
    for name, shape in wanted.items():
        if given[name] != shape:
            raise ContractError(
                f'{name} has shape {given[name]}, HEIGHT needs {shape}',
                remedy='check people, edge features and rays of the network',
            )
    for name, value in weights.items():
        if not value.dtype.is_floating_point or not value.isfinite().all():
            raise ContractError(
                f'{name} does not hold finite real numbers',
                remedy='give the weights of a training that went well',
            )


def _network(checkpoint: Checkpoint) -> Height:
    """Build the network that a contract names, from arguments that can be meant."""
    named = checkpoint.contract.network
    assert named is not None
    place = 'network.arguments'
    if named.class_name != 'Height':
        raise ContractError(
            f'{checkpoint.name} is of class {named.class_name!r}',
            remedy='policy height runs the class Height',
            path='network.class',
        )
    for name, value in named.arguments.items():
        if name not in ARGUMENTS:
            raise ContractError(
                f'Height takes no {name!r}', remedy=f'known: {", ".join(ARGUMENTS)}', path=place
            )
        known = ARGUMENTS[name]
        if type(value) is not int or value not in known:
            steps = f' in steps of {known.step}' if known.step > 1 else ''
            raise ContractError(
                f'{name} is {value!r}',
                remedy=f'give an integer from {known[0]} to {known[-1]}{steps}',
                path=place,
            )
    return Height(**named.arguments)
