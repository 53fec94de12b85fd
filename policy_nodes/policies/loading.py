"""Policies by name: from a checkpoint where they have one."""

from collections.abc import Callable
from pathlib import Path

import torch

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError, suggest
from policy_nodes.models.height import Height
from policy_nodes.policies.height import HeightPolicy
from policy_nodes.policies.height_mirrored import MirroredHeightPolicy
from policy_nodes.policies.navigation import NavigationPolicy

# Which shipped checkpoint serves which scenario; anything else is served by the first.
HEIGHT_CHECKPOINTS = {
    'rand': 'height_arena',
    'hallway': 'height_indoor',
    'lounge': 'height_indoor',
}
HEIGHT_FORMS = {'height': HeightPolicy, 'height_mirrored': MirroredHeightPolicy}


def load_height(checkpoint: Checkpoint) -> HeightPolicy | MirroredHeightPolicy:
    """Build HEIGHT with the weights of a checkpoint, mirrored where its contract says so.

    Raises:
        ContractError: the checkpoint is of another policy, or its weights do not fit.
    """
    contract = checkpoint.contract
    if contract.policy not in HEIGHT_FORMS or contract.network is None:
        raise ContractError(
            f'{checkpoint.name} is a checkpoint of policy {contract.policy!r}, not of height',
            remedy='choose a HEIGHT checkpoint; `policy-stack list` shows them',
        )
    network = Height(**contract.network.arguments)
    weights = {name: torch.from_numpy(value) for name, value in checkpoint.weights().items()}
    check_keys(network, weights)
    network.load_state_dict(weights)
    return HEIGHT_FORMS[contract.policy](network)


def check_keys(network: Height, weights: dict[str, torch.Tensor]) -> None:
    """Refuse weights with a missing or extra name, or another shape.

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


def height_for(scenario: str) -> HeightPolicy | MirroredHeightPolicy:
    """Load the shipped checkpoint that serves a scenario."""
    name = HEIGHT_CHECKPOINTS.get(scenario, HEIGHT_CHECKPOINTS['rand'])
    return load_height(Checkpoint.open(resolve_checkpoint(name)))


def make_policy(
    name: str, scenario: str, checkpoint: Path | str | None = None
) -> NavigationPolicy:
    """Build a navigation policy.

    Args:
        name: in the registry.
        scenario: that it shall serve, for the choice among shipped checkpoints.
        checkpoint: folder or name to use instead; only for policies that have weights.

    Raises:
        ContractError: unknown name, or a checkpoint that cannot be used.
    """
    if name not in POLICIES:
        raise ContractError(f'there is no policy {name!r}', remedy=suggest(name, POLICIES))
    if name == 'height' and checkpoint is not None:
        return load_height(Checkpoint.open(resolve_checkpoint(str(checkpoint))))
    return POLICIES[name](scenario)


POLICIES: dict[str, Callable[[str], NavigationPolicy]] = {
    'height': height_for,
}
