"""Observations and weights for the network's tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from policy_nodes.models.height import Height, HeightInput

PARTS = ('robot_node', 'spatial_edges', 'detected_human_num', 'point_clouds')


def authors_arrays(file: Path) -> dict[str, torch.Tensor]:
    """All arrays of the authors' golden file."""
    with np.load(file, allow_pickle=False) as archive:
        return {name: torch.from_numpy(archive[name]) for name in archive.files}


def authors_network(arrays: dict[str, torch.Tensor]) -> Height:
    """The network with the authors' weights for the arena."""
    network = Height(people=11)
    weights = {name[3:]: value for name, value in arrays.items() if name.startswith('sd.')}
    network.load_state_dict(weights)
    return network.eval()


def flat(arrays: dict[str, torch.Tensor], prefix: str) -> HeightInput:
    """The authors' inputs without their extra dimension for the robot."""
    robot, edges, count, ranges = (arrays[f'{prefix}.{name}'] for name in PARTS)
    return HeightInput(robot.squeeze(-2), edges, count, ranges.squeeze(-2))


def random_input(rows: int, people: int = 11, features: int = 4, seed: int = 0) -> HeightInput:
    """Plausible observations of some robots; the number of people differs by row."""
    draw = torch.Generator().manual_seed(seed)
    count = torch.arange(rows).remainder(people) + 1
    edges = 4 * torch.randn((rows, people, features), generator=draw)
    edges[torch.arange(people) >= count[:, None]] = 15.0
    return HeightInput(
        3 * torch.randn((rows, 5), generator=draw),
        edges,
        count[:, None].float(),
        10 * torch.rand((rows, 180), generator=draw),
    )


def rows_of(observation: HeightInput, rows: slice | list[int]) -> HeightInput:
    """Some rows of an observation."""
    return HeightInput(*(part[rows] for part in observation))
