"""Loads the policy that drives a base: here, or on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.policies.loading import LoadedPolicy, load_policy
from policy_nodes.policies.navigator import Navigator
from policy_nodes.serving.names import INSTALL, NEEDS, REMOTE

if TYPE_CHECKING:
    from policy_nodes.serving.loaded_remote import LoadedRemote


def load_navigation(given: dict[str, Any]) -> LoadedPolicy | LoadedRemote:
    """Load a policy, and hold its contract against the robot.

    Args:
        given: settings of the node.

    Raises:
        ContractError: it cannot be used.
    """
    interface = RobotInterface.read(robot_file(given['robot']))
    if given['policy'] != REMOTE:
        loaded = load_policy(given['policy'], given['scenario'], given['checkpoint'] or None)
        loaded.require(interface)
        return loaded
    try:
        from policy_nodes.serving.loaded_remote import load_remote
    except ModuleNotFoundError as error:
        if error.name not in NEEDS:
            raise
        raise ContractError(
            f'the policy remote needs {error.name}, which is not installed', remedy=INSTALL
        ) from error
    where = given['server'], given['server_token'], given['robot']
    remote = load_remote(*where, given['server_wait'])
    try:
        remote.require(interface)
    except ContractError:
        remote.close()
        raise
    return remote


def navigator_of(loaded: LoadedPolicy | LoadedRemote, given: dict[str, Any]) -> Navigator:
    """Build what drives; a policy here answers once about nothing, a server has done so."""
    trained = loaded.v_min
    v_min = given['v_min'] if trained is None else max(trained, given['v_min'])
    navigator = Navigator(loaded.policy, v_min=v_min)
    if given['policy'] != REMOTE:
        navigator.warm_up()
    return navigator
