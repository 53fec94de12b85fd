"""What can be served: policies by name, and checkpoints of every robot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.first_difference import Run
from policy_nodes.policies.loading import POLICIES, golden_run, load_policy
from policy_nodes.policies.sam2act_contract import MEMORY
from policy_nodes.policies.sam2act_loading import load_sam2act
from policy_nodes.policies.sam2act_run import Sam2ActRun
from policy_nodes.serving.frames import Arrays
from policy_nodes.serving.navigation_run import BASE, NavigationRun, plain_contract
from policy_nodes.serving.sizes import observation_shapes


@dataclass(frozen=True)
class Served:
    """A policy that can be served.

    Attributes:
        title: name and checkpoint, for people.
        contract: what it promises.
        make: builds what answers one robot; each robot gets one of its own.
        example: an observation to warm up with.
    """

    title: str
    contract: Contract
    make: Callable[[], Run]
    example: Arrays


def find_served(
    name: str,
    scenario: str = 'rand',
    checkpoint: str | None = None,
    device: str = 'cpu',
) -> Served:
    """Find what a name stands for.

    Args:
        name: of a navigation policy, or name or folder of a checkpoint of any robot.
        scenario: that a shipped checkpoint is chosen for.
        checkpoint: folder or name to use instead; only for navigation policies with weights.
        device: of torch, for manipulation policies; the others are small.

    Raises:
        ContractError: unknown name, or a checkpoint that cannot be used.
    """
    if name in POLICIES:
        loaded = load_policy(name, scenario, checkpoint)
        if loaded.checkpoint is None:
            contract = plain_contract(name)
            slowest = contract.action(BASE).limits[0][0]
            return Served(
                name,
                contract,
                lambda: NavigationRun(load_policy(name).policy, slowest),
                blank(contract),
            )
        opened, title = loaded.checkpoint, loaded.title
    else:
        opened = Checkpoint.open(resolve_checkpoint(checkpoint or name))
        title = f'{opened.contract.policy} ({opened.name})'
    opened.verify()
    example = opened.golden().observation(0)

    def make() -> Run:
        if opened.contract.policy in MEMORY:
            return Sam2ActRun(load_sam2act(opened, device))
        return golden_run(opened)

    return Served(title, opened.contract, make, example)


def blank(contract: Contract) -> Arrays:
    """Make an observation of nothing; sizes that the contract leaves open are 1."""
    return {
        name: np.ones([1 if size is None else size for size in shape])
        for name, shape in observation_shapes(contract).items()
    }
