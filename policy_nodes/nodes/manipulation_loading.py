"""Loads the policy that chooses key poses: here, or on a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_nodes.contract.errors import ContractError
from policy_nodes.policies.manipulation import LoadedManipulation, load_manipulation
from policy_nodes.policies.sam2act_thinking import Thinking
from policy_nodes.serving.names import INSTALL, NEEDS, REMOTE

if TYPE_CHECKING:
    from policy_nodes.serving.remote_manipulation import LoadedRemoteManipulation, RemoteThinking


def load_for_arm(given: dict[str, Any]) -> LoadedManipulation | LoadedRemoteManipulation:
    """Load a policy.

    Args:
        given: settings of the node.

    Raises:
        ContractError: it cannot be used.
    """
    import torch

    torch.set_num_threads(given['threads'])
    folder = Path(given['language_folder']) if given['language_folder'] else None
    if given['policy'] != REMOTE:
        return load_manipulation(
            given['policy'],
            given['checkpoint'] or None,
            given['device'],
            autocast=torch.bfloat16 if given['precision'] == 'bfloat16' else None,
            language_folder=folder,
        )
    try:
        from policy_nodes.serving.remote_manipulation import load_remote_manipulation
    except ModuleNotFoundError as error:
        if error.name not in NEEDS:
            raise
        raise ContractError(
            f'the policy remote needs {error.name}, which is not installed', remedy=INSTALL
        ) from error
    where = given['server'], given['server_token'], given['robot']
    return load_remote_manipulation(*where, given['server_wait'], folder)


def thinking_of(
    loaded: LoadedManipulation | LoadedRemoteManipulation,
) -> Thinking | RemoteThinking:
    """Give the policy a thread of its own, here or to the server."""
    if isinstance(loaded, LoadedManipulation):
        return Thinking(loaded)
    from policy_nodes.serving.remote_manipulation import RemoteThinking

    return RemoteThinking(loaded)
