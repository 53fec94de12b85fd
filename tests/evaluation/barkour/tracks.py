"""Runs over the course whose scores can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

Sample = tuple[float, float, float]

RATE = 100.0
# from the start table through all 13 gates to the middle of the end table
WAY = (
    (0.5, -0.35), (1.4, -0.35), (1.7, -0.3), (2.1, -0.6), (2.85, -0.6), (3.5, -0.6), (4.05, -0.6),
    (4.65, -0.7), (4.7, -1.2), (4.0, -1.55), (2.57, -2.55), (1.15, -3.55), (0.7, -4.5),
    (1.7, -4.5), (3.7, -4.5), (4.1, -4.5), (4.5, -4.5),
)  # fmt: skip


def walk(
    way: Sequence[tuple[float, float]] = WAY,
    *,
    speed: float = 1.0,
    stay: float = 6.0,
    rate: float = RATE,
    begins: float = 0.0,
) -> list[Sample]:
    """Walk along straight lines and stay at the end."""
    samples = [(0.0, *way[0])]
    samples += _lines(way, speed / rate, rate)
    time = samples[-1][0]
    samples += [(time + step / rate, *way[-1]) for step in range(1, round(stay * rate) + 1)]
    return [(begins + time, x, y) for time, x, y in samples]


def _lines(way: Sequence[tuple[float, float]], stride: float, rate: float) -> Iterator[Sample]:
    tick = 0
    for start, end in pairwise(way):
        steps = max(1, round(math.dist(start, end) / stride))
        for step in range(1, steps + 1):
            tick += 1
            share = step / steps
            yield (
                tick / rate,
                start[0] + share * (end[0] - start[0]),
                start[1] + share * (end[1] - start[1]),
            )


def csv(samples: Sequence[Sample]) -> str:
    return ''.join(f'{time},{x},{y}\n' for time, x, y in samples)
