"""Turns published HEIGHT weights into the arrays of a checkpoint, by a strict key map."""

from pathlib import Path

import torch

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.npz_file import read_npz
from policy_nodes.contract.safetensors_file import read_safetensors
from policy_nodes.models.height import Height
from policy_nodes.policies.height_loading import check_keys
from policy_nodes.policies.torch_file import is_state_dict, read_torch, unreadable

NPZ_PREFIX = 'sd.'
REMEDY = 'give a .pt state dict, a .safetensors file or an .npz with sd.* arrays'
EMBEDDING = 'base.spatial_attn.embedding_layer.0.weight'
LIDAR = 'base.lidar_embed.9.weight'
ACTIONS = 'dist.linear.weight'
LIDAR_WIDTH = 256  # of 180 rays; the authors' code knows 90 and 360 too, the robots here do not
ACTION_COUNT = 9
# The weights do not say for how many people slots they were trained, but the temperature of the
# robot's attention depends on it.
SLOTS = {'arena': 11, 'hallway': 6, 'lounge': 9}


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Read a state dict from .pt, .safetensors, or .npz with names that begin with `sd.`.

    Nothing in the file is executed: torch reads weights only, numpy without objects.

    Raises:
        ContractError: the file is not there, or not of these kinds.
    """
    if not path.is_file():
        raise ContractError(f'there is no file {path}', remedy='give the path of the weights')
    if path.suffix == '.safetensors':
        return {name: torch.from_numpy(value) for name, value in read_safetensors(path).items()}
    if path.suffix == '.npz':
        arrays = read_npz(path)
        named = {name: values for name, values in arrays.items() if name.startswith(NPZ_PREFIX)}
        try:
            return {
                name[len(NPZ_PREFIX) :]: torch.from_numpy(value) for name, value in named.items()
            }
        except TypeError as error:
            raise unreadable(path, error, REMEDY) from error
    return _read_torch(path)


def _read_torch(path: Path) -> dict[str, torch.Tensor]:
    loaded = read_torch(path, REMEDY)
    if not is_state_dict(loaded):
        raise ContractError(
            f'{path} holds no state dict',
            remedy='give the file of the policy, not that of the optimiser',
        )
    return loaded


def import_height(path: Path, people: int | None = None) -> Height:
    """Build HEIGHT from an author's file.

    Args:
        path: of the weights.
        people: slots of people; by default 11 for the arena's form with four numbers a person,
            and for the form with two numbers 9 where the path names the lounge, else the 6 of
            the hallway.

    Raises:
        ContractError: unreadable, or a key is missing, extra, or of another shape.
    """
    weights = read_weights(path)
    for name in (EMBEDDING, LIDAR, ACTIONS):
        if name not in weights or weights[name].dim() != 2:
            raise ContractError(
                f'{path} lacks {name}', remedy='give the state dict of a HEIGHT policy'
            )
    edge_features, width = weights[EMBEDDING].shape[1], weights[LIDAR].shape[1]
    actions = weights[ACTIONS].shape[0]
    if edge_features not in (2, 4) or width != LIDAR_WIDTH or actions != ACTION_COUNT:
        raise ContractError(
            f'{path} is for {edge_features} numbers a person, a lidar layer of width {width} and '
            f'{actions} actions',
            remedy=f'here HEIGHT has 2 or 4 numbers a person, 180 rays (width {LIDAR_WIDTH}) and '
            f'{ACTION_COUNT} actions',
        )
    if people is None:
        form = 'arena' if edge_features == 4 else _indoor_form(path)
        people = SLOTS[form]
    network = Height(people, edge_features)
    weights = {
        name: value.to(torch.float32) if value.dtype.is_floating_point else value
        for name, value in weights.items()
    }
    check_keys(network, weights)
    network.load_state_dict(weights)
    return network.eval()


def _indoor_form(path: Path) -> str:
    return 'lounge' if 'lounge' in str(path).lower() else 'hallway'
