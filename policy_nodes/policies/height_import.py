"""Turns published HEIGHT weights into the arrays of a checkpoint, by a strict key map."""

import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from policy_nodes.contract.errors import ContractError
from policy_nodes.models.height import Height
from policy_nodes.policies.loading import check_keys

NPZ_PREFIX = 'sd.'
EMBEDDING = 'base.spatial_attn.embedding_layer.0.weight'
LIDAR = 'base.lidar_embed.9.weight'
ACTIONS = 'dist.linear.weight'
RAYS = {64: 90, 256: 180, 608: 360}
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
    try:
        if path.suffix == '.safetensors':
            return load_file(path)
        if path.suffix == '.npz':
            with np.load(path, allow_pickle=False) as archive:
                names = [name for name in archive.files if name.startswith(NPZ_PREFIX)]
                return {name[len(NPZ_PREFIX) :]: torch.from_numpy(archive[name]) for name in names}
        loaded = torch.load(path, map_location='cpu', weights_only=True)
    except (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile) as error:
        raise _unreadable(path, error) from error
    except (SafetensorError, torch.serialization.pickle.UnpicklingError) as error:
        raise _unreadable(path, error) from error
    if not isinstance(loaded, dict) or not all(
        isinstance(value, torch.Tensor) for value in loaded.values()
    ):
        raise ContractError(
            f'{path} holds no state dict',
            remedy='give the file of the policy, not that of the optimiser',
        )
    return loaded


def _unreadable(path: Path, error: Exception) -> ContractError:
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return ContractError(
        f'{path} cannot be read as weights: {first}',
        remedy='give a .pt state dict, a .safetensors file or an .npz with sd.* arrays',
    )


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
    edge_features = weights[EMBEDDING].shape[1]
    rays = RAYS.get(weights[LIDAR].shape[1])
    if edge_features not in (2, 4) or rays is None:
        raise ContractError(
            f'{path} is for {edge_features} numbers a person and a lidar layer of width '
            f'{weights[LIDAR].shape[1]}',
            remedy='HEIGHT has 2 or 4 numbers a person and 90, 180 or 360 rays',
        )
    if people is None:
        form = 'arena' if edge_features == 4 else _indoor_form(path)
        people = SLOTS[form]
    network = Height(people, edge_features, rays, weights[ACTIONS].shape[0])
    weights = {name: value.to(torch.float32) for name, value in weights.items()}
    check_keys(network, weights)
    network.load_state_dict(weights)
    return network.eval()


def _indoor_form(path: Path) -> str:
    return 'lounge' if 'lounge' in str(path).lower() else 'hallway'
