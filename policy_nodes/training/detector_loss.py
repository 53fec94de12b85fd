"""What a detector is asked for: spots at centres, boxes there, and how well they fit.

The losses of CenterPoint with a head for the fit, as FlatFormer's authors train theirs
(configs/flatformer): penalty-reduced focal loss, absolute differences, and those of the overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from policy_nodes.geometry.rotated_boxes import overlap_area
from policy_nodes.models.flatformer.boxes import box_numbers, boxes_of
from policy_nodes.models.flatformer.config import PillarGrid

EDGE = 1e-4  # chances are kept this far from 0 and 1


class Targets(NamedTuple):
    """What the maps of a batch should say.

    Attributes:
        heat: (batch, ny, nx) 1 at centres, less round them.
        cloud: (people,) index of each person's cloud.
        cell: (people,) index of the centre's cell.
        numbers: (people, 8) of the box.
    """

    heat: Tensor
    cloud: Tensor
    cell: Tensor
    numbers: Tensor


def targets(people: Sequence[Tensor], grid: PillarGrid, radius: int) -> Targets:
    """Draw what the maps of a batch should say.

    Args:
        people: boxes of each cloud (people, 7); those outside the grid are left out.
        grid: of pillars.
        radius: of a spot [cell]; it is a Gaussian whose deviation is a third of that.
    """
    ny, nx = grid.shape
    rows, columns = torch.arange(ny)[:, None], torch.arange(nx)
    heat = torch.zeros(len(people), ny, nx)
    clouds, cells, numbers = [], [], []
    for cloud, boxes in enumerate(people):
        at = (boxes[:, :2] - boxes.new_tensor(grid.lower[:2])) / boxes.new_tensor(grid.size)
        inside = ((at >= 0) & (at < at.new_tensor((nx, ny)))).all(1)
        boxes, at = boxes[inside], at[inside]
        corner = at.long()
        for x, y in corner:
            away = (rows - y) ** 2 + (columns - x) ** 2
            spot = torch.exp(-away / (2 * ((2 * radius + 1) / 6) ** 2))
            heat[cloud] = torch.maximum(heat[cloud], spot.where(away <= 2 * radius**2, 0))
        turn = boxes[:, 6:7]
        clouds.append(torch.full((len(boxes),), cloud))
        cells.append(corner[:, 1] * nx + corner[:, 0])
        numbers.append(
            torch.cat((at - corner, boxes[:, 2:3], boxes[:, 3:6].log(), turn.sin(), turn.cos()), 1)
        )
    return Targets(heat, torch.cat(clouds), torch.cat(cells), torch.cat(numbers))


def losses(maps: dict[str, Tensor], wanted: Targets, grid: PillarGrid) -> dict[str, Tensor]:
    """Losses by name: `heat`, `box` and `fit`."""
    people = max(len(wanted.cell), 1)
    told = box_numbers(maps).flatten(2)[wanted.cloud, :, wanted.cell]
    fit = maps['iou'].flatten(1)[wanted.cloud, wanted.cell]
    overlap = fits(told.detach(), wanted.numbers, wanted.cell, grid)
    return {
        'heat': focal_loss(maps['heatmap'][:, 0], wanted.heat),
        'box': (told - wanted.numbers).abs().sum() / people,
        'fit': (fit - overlap).abs().sum() / people,
    }


def focal_loss(heat: Tensor, wanted: Tensor) -> Tensor:
    """Loss of a heat map of log odds; cells near a centre count less as background.

    CornerNet (Law and Deng, arXiv 1808.01244), section 3.2, with exponents 2 and 4.
    """
    chance = heat.float().sigmoid().clamp(EDGE, 1 - EDGE)
    centre = wanted == 1
    hit = (1 - chance) ** 2 * chance.log()
    miss = (1 - wanted) ** 4 * chance**2 * (1 - chance).log()
    return -torch.where(centre, hit, miss).sum() / centre.sum().clamp(min=1)


def fits(told: Tensor, wanted: Tensor, cell: Tensor, grid: PillarGrid) -> Tensor:
    """Shared over joint volume of boxes by their numbers (people, 8): (people,)."""
    one, other = (
        boxes_of(numbers.cpu(), cell.cpu(), grid).double().numpy() for numbers in (told, wanted)
    )
    flat = [0, 1, 3, 4, 6]
    shared = overlap_area(one[:, flat], other[:, flat])
    low = np.maximum(one[:, 2] - one[:, 5] / 2, other[:, 2] - other[:, 5] / 2)
    high = np.minimum(one[:, 2] + one[:, 5] / 2, other[:, 2] + other[:, 5] / 2)
    shared = shared * np.maximum(high - low, 0)
    joint = one[:, 3:6].prod(1) + other[:, 3:6].prod(1) - shared
    return torch.from_numpy(shared / np.maximum(joint, 1e-9)).to(told)
