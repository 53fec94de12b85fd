"""Random boxes of the arena: sizes N(1, 0.6) m, a free gap between any two."""

import torch
from torch import Tensor

from policy_nodes.simulation.crowd import counter_random

SIZES, PLACES = 21, 22
MEAN, SPREAD, SMALLEST, LARGEST = 1.0, 0.6, 0.1, 5.0
CORNER = (-5.5, 3.5)
TRIES = 100
ROUNDS = 50_000


def place_boxes(seeds: Tensor, count: int, gap: float) -> Tensor:
    """Place boxes one after another; after 100 failures in a row start over.

    Args:
        seeds: (episodes,) int64.
        count: boxes per episode.
        gap: least free distance along x or y between two boxes [m].

    Returns:
        (episodes, count, 4) x_low, y_low, x_high, y_high [m].

    Raises:
        RuntimeError: the boxes do not fit.
    """
    size = MEAN + SPREAD * counter_random.normal(seeds, SIZES, 0, (count, 2))
    size = size.clamp(SMALLEST, LARGEST)
    boxes = torch.full((len(seeds), count, 4), torch.nan, device=seeds.device)
    placed = torch.zeros_like(seeds)
    failures = torch.zeros_like(seeds)
    undone = torch.arange(len(seeds), device=seeds.device)
    slot = torch.arange(count, device=seeds.device)
    for attempt in range(ROUNDS):
        u = counter_random.uniform(seeds[undone], PLACES, attempt, (2,))
        low = CORNER[0] + (CORNER[1] - CORNER[0]) * u
        now = placed[undone]
        high = low + size[undone, now]
        here = boxes[undone]
        apart = (here[..., :2] > high[:, None] + gap) | (low[:, None] > here[..., 2:] + gap)
        fits = (apart.any(-1) | (slot >= now[:, None])).all(1)

        winners = undone[fits]
        boxes[winners, now[fits]] = torch.cat((low, high), dim=1)[fits]
        failures[undone] = torch.where(fits, 0, failures[undone] + 1)
        placed[undone] = now + fits
        stuck = failures[undone] > TRIES
        placed[undone] = torch.where(stuck, 0, placed[undone])
        failures[undone] = torch.where(stuck, 0, failures[undone])
        undone = undone[placed[undone] < count]
        if not len(undone):
            return boxes
    raise RuntimeError(
        f'{count} boxes with gaps of {gap} m did not fit into the arena for {len(undone)} of '
        f'{len(seeds)} episodes: use fewer boxes or a smaller gap'
    )
