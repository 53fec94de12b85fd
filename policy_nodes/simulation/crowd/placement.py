"""Tests and the rejection loop that placing things shares."""

from collections.abc import Callable

import torch
from torch import Tensor

ATTEMPTS = 20_000
CANDIDATES = 16


def in_boxes(point: Tensor, boxes: Tensor, margin: float) -> Tensor:
    """Say whether points lie in any box grown by margin on each side.

    Args:
        point: (episodes, points, 2) [m].
        boxes: (episodes, boxes, 4) x_low, y_low, x_high, y_high [m]; NaN slots contain nothing.
        margin: [m].

    Returns:
        (episodes, points).
    """
    spot = point[:, :, None]
    low, high = boxes[:, None, :, :2], boxes[:, None, :, 2:]
    return ((spot >= low - margin) & (spot <= high + margin)).all(-1).any(-1)


def line_crossings(start: Tensor, end: Tensor, boxes: Tensor) -> Tensor:
    """Count the boxes that the straight lines from start to end meet.

    Args:
        start: (episodes, lines, 2) [m].
        end: (episodes, lines, 2) [m].
        boxes: (episodes, boxes, 4) [m].

    Returns:
        (episodes, lines).
    """
    along = (end - start)[:, :, None]
    along = torch.where(along == 0, 1e-9, along)
    low = (boxes[:, None, :, :2] - start[:, :, None]) / along
    high = (boxes[:, None, :, 2:] - start[:, :, None]) / along
    enter = torch.minimum(low, high).amax(-1)
    leave = torch.maximum(low, high).amin(-1)
    return ((enter <= leave) & (enter <= 1) & (leave >= 0)).sum(2)


def until_placed(
    propose: Callable[[int, Tensor], tuple[Tensor, Tensor]],
    count: int,
    width: int,
    device: torch.device,
) -> Tensor:
    """Repeat proposals until every episode has one that fits.

    Args:
        propose: called with the number of the first attempt and the indices (n,) of the episodes
            that still need a place; returns the values of CANDIDATES attempts in a row
            (n, CANDIDATES, width) and whether each fits (n, CANDIDATES).
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
    for attempt in range(0, ATTEMPTS, CANDIDATES):
        value, fits = propose(attempt, undone)
        first = fits.to(torch.uint8).argmax(1)
        chosen = value[torch.arange(len(undone), device=device), first]
        placed = fits.any(1)
        result[undone[placed]] = chosen[placed]
        undone = undone[~placed]
        if not len(undone):
            return result
    raise RuntimeError(
        f'no free place found for {len(undone)} of {count} episodes in {ATTEMPTS} attempts: '
        'use fewer people or boxes, or smaller gaps'
    )


def apart_from(spot: Tensor, others: Tensor, gap: float) -> Tensor:
    """Say whether spots (n, spots, 2) keep a gap [m] to all others (n, others, 2); NaN is nobody.

    Returns:
        (n, spots).
    """
    distance = (spot[:, :, None] - others[:, None]).norm(dim=-1)
    return ~(distance < gap).any(-1)
