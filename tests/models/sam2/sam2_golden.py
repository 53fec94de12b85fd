"""Reads the golden files of SAM2Act: weights by their recipe, crops of recorded arrays."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import torch

from policy_nodes.models.sam2.config import Sam2Config
from policy_nodes.models.sam2.sam2 import Sam2

Recorded = dict[str, np.ndarray]


def read_golden(file: Path) -> Recorded:
    """All arrays of a golden file."""
    with np.load(file, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def recipe_weights(folder: Path, golden: Recorded, prefix: str) -> dict[str, torch.Tensor]:
    """Weights of the keys that begin with the prefix, without it; kept ones are left out."""
    spec = importlib.util.spec_from_file_location(
        'weights_from_file', folder / 'weights_from_file.py'
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    wanted = np.char.startswith(golden['keys'], prefix)
    chosen = {'keys': golden['keys'][wanted], 'rules': golden['rules'][wanted]}
    made = module.weights(chosen)
    return {name.removeprefix(prefix): torch.from_numpy(array) for name, array in made.items()}


def authors_shape() -> Sam2:
    """The authors' sizes without storage."""
    with torch.device('meta'):
        return Sam2(Sam2Config()).eval()


@cache
def authors_network(folder: Path) -> Sam2:
    """The authors' sizes with the golden weights of the whole network; made once."""
    golden = read_golden(folder / 'sam2act_full_a.npz')
    weights = recipe_weights(folder, golden, 'sam2.')
    # the recipe keeps what the constructor draws; nothing is computed with it
    gaussians = 'sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix'
    weights[gaussians] = torch.zeros(2, 128)
    sam2 = authors_shape()
    sam2.load_state_dict(weights, assign=True)
    return sam2


def difference(golden: Recorded, name: str, got: torch.Tensor, *crop: slice) -> float:
    """Largest difference from a recorded crop and from the statistics of its channels."""
    array = got.numpy()
    recorded = golden[f'{name}.crop']
    assert array[crop].shape == recorded.shape, (name, array.shape)
    # the channels are the last axis that is as long as the statistics
    channels = len(golden[f'{name}.ch_mean'])
    channel = max(axis for axis, length in enumerate(array.shape) if length == channels)
    others = tuple(axis for axis in range(array.ndim) if axis != channel)
    parts = (
        array[crop] - recorded,
        array.mean(others) - golden[f'{name}.ch_mean'],
        array.std(others) - golden[f'{name}.ch_std'],
    )
    return max(float(np.abs(part).max()) for part in parts)
