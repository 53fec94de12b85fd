"""Policies by name: from a checkpoint where they have one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError, suggest
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.models.height import Height
from policy_nodes.policies.dwa import DwaPolicy
from policy_nodes.policies.height import HeightPolicy
from policy_nodes.policies.height_mirrored import MirroredHeightPolicy
from policy_nodes.policies.navigation import NavigationPolicy
from policy_nodes.policies.orca import OrcaPolicy
from policy_nodes.policies.straight import StraightPolicy

# Which shipped checkpoint serves which scenario; anything else is served by the first.
HEIGHT_CHECKPOINTS = {
    'rand': 'height_arena',
    'hallway': 'height_indoor',
    'lounge': 'height_indoor',
}
# For policies without a contract.
STALENESS: dict[str, float | None] = {
    'scan': 0.3,
    'odometry': 0.3,
    'people': 0.5,
    'goal': None,
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


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy that is ready to drive, and what is known of it.

    Attributes:
        name: in the registry.
        policy: acts.
        checkpoint: it came from; None for a policy without weights.
    """

    name: str
    policy: NavigationPolicy
    checkpoint: Checkpoint | None

    @property
    def title(self) -> str:
        """Name and checkpoint, for people."""
        return self.name if self.checkpoint is None else f'{self.name} ({self.checkpoint.name})'

    @property
    def checkpoint_name(self) -> str:
        """Name of the checkpoint, empty without one."""
        return '' if self.checkpoint is None else self.checkpoint.name

    @property
    def staleness(self) -> dict[str, float | None]:
        """Greatest age of each observation [s], None for one that only has to be there."""
        if self.checkpoint is None:
            return dict(STALENESS)
        terms = self.checkpoint.contract.observations
        return {term.name: term.stale_after_s for term in terms}

    @property
    def v_min(self) -> float | None:
        """Slowest velocity it was trained to ask for [m/s]; None without a contract."""
        if self.checkpoint is None:
            return None
        action = self.checkpoint.contract.action('base')
        return action.limits[action.names.index('linear.x')][0]

    def require(self, interface: RobotInterface) -> None:
        """Refuse to run where contract and robot, or contract and weights, disagree.

        Raises:
            ContractError: naming every term that disagrees.
        """
        if self.checkpoint is not None:
            self.checkpoint.compare(interface).require()

    def attention(self) -> NDArray[np.float32] | None:
        """Weights of the last action (people,), nearest first; None for policies without any."""
        weights = getattr(self.policy, 'attention', None)
        return None if weights is None else weights[0].numpy().astype(np.float32)


def load_policy(
    name: str, scenario: str = 'rand', checkpoint: Path | str | None = None
) -> LoadedPolicy:
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
    make = POLICIES[name]
    if make is not None:
        return LoadedPolicy(name, make(), None)
    chosen = checkpoint or HEIGHT_CHECKPOINTS.get(scenario, HEIGHT_CHECKPOINTS['rand'])
    opened = Checkpoint.open(resolve_checkpoint(str(chosen)))
    return LoadedPolicy(name, load_height(opened), opened)


# None stands for a policy that comes from a checkpoint.
POLICIES: dict[str, Callable[[], NavigationPolicy] | None] = {
    'height': None,
    'orca': OrcaPolicy,
    'dwa': DwaPolicy,
    'straight': StraightPolicy,
}
