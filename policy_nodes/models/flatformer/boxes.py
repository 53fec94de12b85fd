"""Boxes out of a detector's maps."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from policy_nodes.models.flatformer.config import PillarGrid


class Boxes(NamedTuple):
    """What was found in one cloud, the best first.

    Attributes:
        boxes: (boxes, 7) x, y, z of the middle, length, width, height [m], heading [rad].
        scores: (boxes,) 0 to 1.
        classes: (boxes,) index of the class.
    """

    boxes: Tensor
    scores: Tensor
    classes: Tensor


@torch.no_grad()
def decode(
    maps: dict[str, Tensor], grid: PillarGrid, *, threshold: float = 0.1, most: int = 500
) -> list[Boxes]:
    """Read boxes off the maps, by the score of their centres.

    Overlapping ones are not left out here. The score is the heat times the square of how well
    the head says that the box fits, as the authors have it.

    Args:
        maps: of the centre head (batch, numbers, ny, nx).
        grid: of pillars.
        threshold: least score.
        most: boxes of each cloud.
    """
    fits = maps['iou'].float().clamp(0, 1) ** 2
    scores = (maps['heatmap'].float().sigmoid() * fits).flatten(1)
    cells = maps['iou'].shape[-2] * maps['iou'].shape[-1]
    numbers = box_numbers(maps).flatten(2).transpose(1, 2)  # (batch, cells, 8)
    found = []
    for score, number in zip(scores, numbers, strict=True):
        best, at = score.topk(min(most, len(score)))
        at, best = at[best > threshold], best[best > threshold]
        cell = at % cells
        found.append(Boxes(boxes_of(number[cell], cell, grid), best, at // cells))
    return found


def box_numbers(maps: dict[str, Tensor]) -> Tensor:
    """Join the maps that make a box: place, height, sides, heading (batch, 8, ny, nx)."""
    return torch.cat([maps[name].float() for name in ('reg', 'height', 'dim', 'rot')], 1)


def boxes_of(numbers: Tensor, cell: Tensor, grid: PillarGrid) -> Tensor:
    """Boxes (n, 7) from their numbers (n, 8) and the index of their centres' cells (n,)."""
    nx = grid.shape[1]
    index = torch.stack((cell % nx, cell // nx), 1)
    place = (index + numbers[:, :2]) * numbers.new_tensor(grid.size)
    place = place + numbers.new_tensor(grid.lower[:2])
    heading = torch.atan2(numbers[:, 6], numbers[:, 7])
    return torch.cat((place, numbers[:, 2:3], numbers[:, 3:6].exp(), heading[:, None]), 1)
