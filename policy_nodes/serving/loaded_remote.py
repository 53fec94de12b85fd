"""A navigation policy on a server, with what a policy node wants to know of any policy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.comparison import compare
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.policies.loading import STALENESS
from policy_nodes.serving.link import PolicyLink
from policy_nodes.serving.names import REMOTE, SERVER
from policy_nodes.serving.navigation_run import BASE
from policy_nodes.serving.remote_navigation import RemoteNavigation, oldest_age
from policy_nodes.serving.sizes import observation_shapes
from policy_nodes.serving.token import read_token

AXES = ('linear.x', 'angular.z')
NEEDED = {'scan', 'odometry', 'people.positions', 'people.velocities', 'people.count', 'goal'}


@dataclass(frozen=True)
class LoadedRemote:
    """A served navigation policy; it reads like `LoadedPolicy`.

    Attributes:
        policy: acts.
        link: to the server.
    """

    policy: RemoteNavigation
    link: PolicyLink

    @property
    def contract(self) -> Contract:
        """What the served policy promises."""
        return self.link.metadata.contract

    @property
    def title(self) -> str:
        """What is served, and where."""
        return f'{REMOTE} ({self.checkpoint_name} at {self.link.address})'

    @property
    def checkpoint_name(self) -> str:
        """What is served, as the server calls it, with the beginning of the contract's digest."""
        return f'{self.link.metadata.title}, contract {self.link.metadata.sha256[:12]}'

    @property
    def staleness(self) -> dict[str, float | None]:
        """Greatest age of each observation [s], None for one that only has to be there."""
        return STALENESS | {term.name: term.stale_after_s for term in self.contract.observations}

    @property
    def v_min(self) -> float:
        """Slowest velocity it was made to ask for [m/s]."""
        action = self.contract.action(BASE)
        return action.limits[action.names.index('linear.x')][0]

    def require(self, interface: RobotInterface) -> None:
        """Refuse to run where the served contract and the robot disagree.

        Raises:
            ContractError: naming every term that disagrees.
        """
        compare(self.contract, interface).require()

    def attention(self) -> NDArray[np.float32] | None:
        """Nothing: a server tells what to do, not what it looks at."""
        return None

    def close(self) -> None:
        """End the connection."""
        self.link.close()


def load_remote(server: str, token_file: str, robot: str, wait: float) -> LoadedRemote:
    """Connect to a policy server.

    Args:
        server: address, ws://HOST:PORT.
        token_file: with the token; empty takes the environment or the usual file.
        robot: name that the server shows.
        wait: for the answer to a step [s].

    Raises:
        ContractError: no token, no server, or a policy that does not drive a base.
    """
    if not server.startswith(('ws://', 'wss://')):
        raise ContractError(
            f'{server!r} is no address of a policy server', remedy=f'write it like {SERVER}'
        )
    token = read_token(Path(token_file) if token_file else None)
    link = PolicyLink(server, token, robot=robot)
    metadata = link.open()
    contract = metadata.contract
    actions = [(action.name, action.names) for action in contract.actions]
    if actions != [(BASE, AXES)] or observation_shapes(contract).keys() != NEEDED:
        link.close()
        raise ContractError(
            f'{server} serves {metadata.title}, which does not drive a base',
            remedy='serve a navigation policy there',
        )
    policy = RemoteNavigation(link, wait=wait, oldest=oldest_age(contract))
    return LoadedRemote(policy, link)
