"""Policies by name: from a checkpoint where they have one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError, suggest
from policy_nodes.contract.first_difference import Run
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.policies.dwa import DwaPolicy
from policy_nodes.policies.height_loading import HEIGHT_FORMS, load_height
from policy_nodes.policies.height_run import HeightRun
from policy_nodes.policies.locomotion_contract import LOCOMOTION_FORMS
from policy_nodes.policies.navigation import NavigationPolicy
from policy_nodes.policies.orca import OrcaPolicy
from policy_nodes.policies.sam2act_contract import MEMORY
from policy_nodes.policies.straight import StraightPolicy

# For what no contract bounds.
STALENESS: dict[str, float | None] = {
    'scan': 0.3,
    'odometry': 0.3,
    'people': 0.5,
    'goal': None,
}


@dataclass(frozen=True)
class Learned:
    """A policy that comes from a checkpoint.

    Attributes:
        forms: what a contract of it may give as `policy`.
        load: builds it.
        run: makes it answer observations by the names of its contract, for the golden trace;
            takes the checkpoint and the slowest v [m/s].
        shipped: which shipped checkpoint serves which scenario; the first serves all others.
    """

    forms: tuple[str, ...]
    load: Callable[[Checkpoint], NavigationPolicy]
    run: Callable[[Checkpoint, float], Run]
    shipped: Mapping[str, str]


# Every policy that `--policy` and the parameter `policy` may name. One without weights is built
# by calling what stands here.
POLICIES: dict[str, Callable[[], NavigationPolicy] | Learned] = {
    'height': Learned(
        forms=HEIGHT_FORMS,
        load=load_height,
        run=lambda checkpoint, v_min: HeightRun(load_height(checkpoint), v_min),
        shipped={
            'rand': 'height_arena',
            'hallway': 'height_indoor',
            'lounge': 'height_indoor',
            'recorded': 'height_street',
        },
    ),
    'orca': OrcaPolicy,
    'dwa': DwaPolicy,
    'straight': StraightPolicy,
}


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
        """Greatest age of each observation [s], None for one that only has to be there.

        A view holds all four, so each has a bound, also where a contract leaves it out.
        """
        terms = self.checkpoint.contract.observations if self.checkpoint is not None else ()
        return STALENESS | {term.name: term.stale_after_s for term in terms}

    @property
    def v_min(self) -> float | None:
        """Slowest velocity it was trained to ask for [m/s]; None without a contract."""
        return None if self.checkpoint is None else slowest(self.checkpoint)

    def require(self, interface: RobotInterface) -> None:
        """Refuse to run where contract and robot, or contract and weights, disagree.

        Raises:
            ContractError: naming every term that disagrees.
        """
        if self.checkpoint is not None:
            self.checkpoint.compare(interface).require()

    def close(self) -> None:
        """Nothing is held open; a policy on a server is another matter."""

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
    made = POLICIES[name]
    if not isinstance(made, Learned):
        if checkpoint:
            raise ContractError(
                f'policy {name!r} has no weights, so checkpoint {str(checkpoint)!r} is not for it',
                remedy='leave the checkpoint out, or choose a policy that has weights',
            )
        return LoadedPolicy(name, made(), None)
    chosen = checkpoint or made.shipped.get(scenario, next(iter(made.shipped.values())))
    opened = Checkpoint.open(resolve_checkpoint(str(chosen)))
    if opened.contract.policy not in made.forms:
        raise ContractError(
            f'{opened.name} is a checkpoint of policy {opened.contract.policy!r}, not of {name}',
            remedy='choose another one; `policy-stack list` shows which are of what',
        )
    return LoadedPolicy(name, made.load(opened), opened)


def golden_run(checkpoint: Checkpoint) -> Run:
    """Build what answers the golden trace of a checkpoint: the policy as a node drives it.

    Raises:
        ContractError: no known policy, or weights that do not fit.
    """
    policy = checkpoint.contract.policy
    if policy in MEMORY:
        # imported here: a node that drives a base needs none of it
        from policy_nodes.policies.sam2act_loading import load_sam2act
        from policy_nodes.policies.sam2act_run import Sam2ActRun

        return Sam2ActRun(load_sam2act(checkpoint))
    if policy in LOCOMOTION_FORMS:
        from policy_nodes.policies.locomotion_loading import load_locomotion
        from policy_nodes.policies.locomotion_run import LocomotionRun

        return LocomotionRun(load_locomotion(checkpoint))
    for made in POLICIES.values():
        if isinstance(made, Learned) and policy in made.forms:
            return made.run(checkpoint, slowest(checkpoint))
    learned = [made for made in POLICIES.values() if isinstance(made, Learned)]
    known = [*(form for made in learned for form in made.forms), *MEMORY, *LOCOMOTION_FORMS]
    raise ContractError(
        f'{checkpoint.name} is of policy {policy!r}, which nothing here runs',
        remedy=suggest(policy, known),
        path='policy',
    )


def slowest(checkpoint: Checkpoint) -> float:
    """Slowest velocity that a checkpoint was trained to ask for [m/s]."""
    action = checkpoint.contract.action('base')
    return action.limits[action.names.index('linear.x')][0]
