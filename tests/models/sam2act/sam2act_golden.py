"""Golden files of SAM2Act: weights by their recipe, recorded crops, small random inputs."""

from __future__ import annotations

import importlib.util

import numpy as np
import torch


class Golden:
    """One golden file and the weights that go with it."""

    def __init__(self, shared_data, name: str) -> None:
        self.path = shared_data('golden', f'{name}.npz')
        with np.load(self.path) as file:
            self.arrays = dict(file)

    def __getitem__(self, name: str) -> torch.Tensor:
        return torch.from_numpy(np.asarray(self.arrays[name]))

    def weights(self, *prefixes: str) -> dict[str, torch.Tensor]:
        """Weights whose names begin with one of the prefixes; kept ones are left out."""
        recipe = self.path.parent / 'weights_from_file.py'
        spec = importlib.util.spec_from_file_location('weights_from_file', recipe)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        keys = self.arrays['keys']
        wanted = np.array([str(key).startswith(prefixes) for key in keys])
        chosen = {'keys': keys[wanted], 'rules': self.arrays['rules'][wanted]}
        return {name: torch.from_numpy(array) for name, array in module.weights(chosen).items()}

    def difference(self, name: str, got: torch.Tensor) -> float:
        """Largest difference from a recorded crop, and of its channels' means."""
        where = str(self.arrays[f'{name}.crop_slice'][0])
        steps = tuple(_step(part.strip()) for part in where.strip('[]').split(','))
        assert tuple(got.shape) == tuple(self.arrays[f'{name}.shape']), name
        crop = (got[steps] - self[f'{name}.crop']).abs().max().item()
        means = self[f'{name}.ch_mean']
        # the channels are the last axis that is as long as the statistics
        channel = max(axis for axis, length in enumerate(got.shape) if length == len(means))
        others = [axis for axis in range(got.ndim) if axis != channel]
        return max(crop, (got.mean(others) - means).abs().max().item())


def _step(part: str) -> slice | int:
    if ':' not in part:
        return int(part)
    return slice(None, None, int(part[2:]) if len(part) > 1 else None)


def random_state(golden: Golden) -> np.random.RandomState:
    return np.random.RandomState(int(golden.arrays['in.seed'][0]))


def float32(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.asarray(array).astype(np.float32))
