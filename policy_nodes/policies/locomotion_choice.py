"""Which checkpoints serve a policy of legs, as launch files and commands are told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policy_nodes.contract.checkpoint import CONTRACT_FILE
from policy_nodes.contract.errors import ContractError, suggest
from policy_nodes.policies.locomotion_names import LOCOMOTION


def chosen_checkpoints(policy: str, entries: Sequence[str]) -> dict[str, str]:
    """Read which checkpoints are to be taken instead of the shipped ones, by behaviour.

    Args:
        policy: in LOCOMOTION.
        entries: each `BEHAVIOUR=FOLDER`, or the folder of a checkpoint that serves all, or a
            folder that holds the checkpoints of the policy under their shipped names.

    Raises:
        ContractError: there is no policy of that name.
    """
    if policy not in LOCOMOTION:
        raise ContractError(f'there is no policy {policy!r}', remedy=suggest(policy, LOCOMOTION))
    chosen: dict[str, str] = {}
    for entry in filter(None, entries):
        behaviour, _, place = entry.rpartition('=')
        folder = Path(place).expanduser()
        if behaviour or not folder.is_dir() or (folder / CONTRACT_FILE).exists():
            chosen[behaviour] = place
        else:
            for name, shipped in LOCOMOTION[policy].items():
                chosen[name] = str(folder.absolute() / shipped)
    return chosen
