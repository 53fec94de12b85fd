"""Tests and the rejection loop that placing things shares."""

from collections.abc import Callable

import torch
from torch import Tensor

ATTEMPTS = 20_000


def in_boxes(point: Tensor, boxes: Tensor, margin: float) -> Tensor:
    """Say whether points lie in any box grown by margin on each side.

    Args:
        point: (episodes, 2) or (episodes, points, 2) [m].
        boxes: (episodes, boxes, 4) x_low, y_low, x_high, y_high [m]; NaN slots contain nothing.
        margin: [m].

    Returns:
        (episodes,) or (episodes, points).
    """
    single = point.dim() == 2
    spot = point[:, None, None] if single else point[:, :, None]
    low, high = boxes[:, None, :, :2], boxes[:, None, :, 2:]
    inside = ((spot >= low - margin) & (spot <= high + margin)).all(-1).any(-1)
    return inside[:, 0] if single else inside


def line_crossings(start: Tensor, end: Tensor, boxes: Tensor) -> Tensor:
    """Count the boxes (episodes,) that the straight line from start to end (episodes, 2) meets."""
    along = (end - start)[:, None]
    along = torch.where(along == 0, 1e-9, along)
    low = (boxes[..., :2] - start[:, None]) / along
    high = (boxes[..., 2:] - start[:, None]) / along
    enter = torch.minimum(low, high).amax(-1)
    leave = torch.maximum(low, high).amin(-1)
    return ((enter <= leave) & (enter <= 1) & (leave >= 0)).sum(1)


def until_placed(
    propose: Callable[[int, Tensor], tuple[Tensor, Tensor]],
    count: int,
    width: int,
    device: torch.device,
) -> Tensor:
    """Repeat a proposal until every episode has one that fits.

    Args:
        propose: called with the attempt's number and the indices (n,) of the episodes that still
            need a place; returns values (n, width) and whether each fits (n,).
        count: number of episodes.
        width: numbers per place.
        device: of the result.

    Returns:
        (count, width).

    Raises:
        RuntimeError: some episode found no place in a very large number of attempts.
    """
    result = torch.zeros((count, width), device=device)
    undone = torch.arange(count, device=device)
    for attempt in range(ATTEMPTS):
        value, fits = propose(attempt, undone)
        result[undone[fits]] = value[fits]
        undone = undone[~fits]
        if not len(undone):
            return result
    raise RuntimeError(
        f'no free place found for {len(undone)} of {count} episodes in {ATTEMPTS} attempts: '
        'use fewer people or boxes, or smaller gaps'
    )
