"""Fills coarse tracks in to the rate of the logs that the rules of the course were made for."""

from __future__ import annotations

import math
from collections.abc import Iterator

GAP = 0.5  # between samples, which is not filled in [s]
LOG_PERIOD = 0.01  # of the logs that the rules were made for [s]
_EVEN = 1e-4  # by which a period may be longer than that [s]

Sample = tuple[float, float, float]


def filled(before: Sample, now: Sample) -> Iterator[Sample]:
    """Yield the samples after one up to the next, at the rate of logs.

    The rules judge a stride by its length and lose gates where strides are near 0.04 m, as those
    of a run seen at 50 Hz are.

    Args:
        before: time [s], x, y [m].
        now: the next one.
    """
    time = now[0] - before[0]
    parts = math.ceil((time - _EVEN) / LOG_PERIOD) if time <= GAP else 1
    for part in range(1, parts):
        share = part / parts
        yield (
            before[0] + share * time,
            before[1] + share * (now[1] - before[1]),
            before[2] + share * (now[2] - before[2]),
        )
    yield now
