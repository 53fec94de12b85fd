"""Turns published SAM2Act weights into the network, by a strict key map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.safetensors_file import read_safetensors
from policy_nodes.models.sam2act.config import Sam2ActConfig
from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.policies.sam2act_loading import fill
from policy_nodes.policies.torch_file import is_state_dict, read_torch

STATE = 'model_state'
SHARED = 'sam2.'
COPIES = ('mvt1.sam2.', 'mvt2.sam2.')
AGES = 'sam2.maskmem_tpos_enc'


def import_sam2act(path: Path, memory: bool, config: Sam2ActConfig | None = None) -> Sam2Act:
    """Build the published network from its authors' file.

    Args:
        path: `model_*.pth` with the key `model_state`, or a state dict as safetensors.
        memory: the file holds SAM2Act+ and shall remember; both kinds hold the same names.
        config: sizes; by default the published ones. Steps of memory are those of the file.

    Raises:
        ContractError: unreadable, a key is missing, extra or of another shape, or copies of one
            tensor differ.
    """
    weights = drop_copies(read_state(path))
    if AGES not in weights or weights[AGES].dim() != 4:
        raise ContractError(
            f'{path} lacks {AGES}', remedy='give the file of a SAM2Act, model_<epoch>.pth'
        )
    config = replace(config or Sam2ActConfig(), memory=memory)
    steps = weights[AGES].shape[0]
    if not 1 <= steps <= 100:
        raise ContractError(
            f'{path} remembers {steps} steps', remedy='a published file remembers 9, 1 to 100 fit'
        )
    sam2 = replace(config.sam2, memory=replace(config.sam2.memory, steps=steps))
    network = Sam2Act(replace(config, sam2=sam2))
    fill(network, weights)
    return network


def drop_copies(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Keep one of the three copies in which the authors' file holds the shared SAM 2.

    Raises:
        ContractError: a copy differs from what it is one of, or is one of nothing.
    """
    kept = {name: value for name, value in weights.items() if not name.startswith(COPIES)}
    for name, value in weights.items():
        prefix = next((copy for copy in COPIES if name.startswith(copy)), None)
        if prefix is None:
            continue
        original = SHARED + name.removeprefix(prefix)
        if original not in kept:
            raise ContractError(
                f'{name} is a copy of {original}, which is missing',
                remedy='give the file as its authors saved it',
            )
        if not torch.equal(value, kept[original]):
            raise ContractError(
                f'{name} differs from {original}, of which it should be a copy',
                remedy='give the file as its authors saved it',
            )
    return kept


def read_state(path: Path) -> dict[str, Tensor]:
    """Read a state dict; nothing in the file is executed.

    Raises:
        ContractError: the file is not there, or of another kind.
    """
    if not path.is_file():
        raise ContractError(f'there is no file {path}', remedy='give the path of the weights')
    if path.suffix == '.safetensors':
        return {name: torch.from_numpy(value) for name, value in read_safetensors(path).items()}
    loaded = read_torch(path, 'give a file that torch saved, or its state dict as safetensors')
    state = loaded.get(STATE, loaded) if isinstance(loaded, dict) else None
    if not is_state_dict(state):
        raise ContractError(
            f'{path} holds no state dict', remedy=f'give the file that holds {STATE!r}'
        )
    return dict(state)
