"""Random boxes of the arena: sizes N(1, 0.6) m, a free gap between any two."""

import torch
from torch import Tensor

from policy_nodes.simulation.crowd import counter_random

SIZES, PLACES = 21, 22
MEAN, SPREAD, SMALLEST, LARGEST = 1.0, 0.6, 0.1, 5.0
CORNER = (-5.5, 3.5)
TRIES = 100
CANDIDATES = 16
ROUNDS = 20_000


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
    candidates = torch.arange(CANDIDATES, device=seeds.device)
    for attempt in range(ROUNDS):
        u = counter_random.uniform(seeds[undone], PLACES, attempt, (CANDIDATES, 2))
        low = CORNER[0] + (CORNER[1] - CORNER[0]) * u
        now = placed[undone]
        high = low + size[undone, now][:, None]
        here = boxes[undone][:, None]
        apart = (here[..., :2] > high[:, :, None] + gap) | (low[:, :, None] > here[..., 2:] + gap)
        fits = (apart.any(-1) | (slot >= now[:, None])[:, None]).all(-1)
        # candidates count as single attempts: those before the first that fits are failures
        first = torch.where(fits, candidates, CANDIDATES).amin(1)
        failures[undone] += first
        stuck = failures[undone] > TRIES
        works = (first < CANDIDATES) & ~stuck
        chosen = torch.cat((low, high), dim=-1)[works, first[works]]
        boxes[undone[works], now[works]] = chosen
        failures[undone] = torch.where(works | stuck, 0, failures[undone])
        placed[undone] = torch.where(stuck, 0, now + works)
        undone = undone[placed[undone] < count]
        if not len(undone):
            return boxes
    raise RuntimeError(
        f'{count} boxes with gaps of {gap} m did not fit into the arena for {len(undone)} of '
        f'{len(seeds)} episodes: use fewer boxes or a smaller gap'
    )
