"""What happened in a replay, over the time since the bag's start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Spans = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Commands:
    """Twists that hold until the next one.

    Attributes:
        time: (n,) [s].
        twist: (n, 2) v [m/s], w [rad/s].
    """

    time: Floats
    twist: Floats


@dataclass(frozen=True)
class Sights:
    """What each scan said; infinite where there is nothing.

    Attributes:
        time: (n,) [s].
        clearance: (n,) from the robot's disc to the nearest point [m].
        way: (n,) path length until the disc touches a point, if it drives on as measured; while
            it stands, if it drives as proposed [m].
        speed: (n,) of that motion [m/s].
    """

    time: Floats
    clearance: Floats
    way: Floats
    speed: Floats


@dataclass(frozen=True)
class Trace:
    """A replay.

    Attributes:
        duration: of the bag [s].
        proposed: proposals as they came; NaN where one was no twist of a base.
        sent: what the actuators hold to from each decision on; NaN before the first command.
        level: (decisions,) rung of the ladder.
        reasons: (decisions,) codes, strongest first.
        measured: motion by odometry.
        sights: what the scans said.
        people: (n, 2) time [s] and gap from the robot's disc to the nearest person [m].
        onsets: how often each reason set in, by code.
        refused: messages that the controller refused, by what they were.
        taken: messages that it took, by what they were.
        details: the last words of each reason, by code.
        latched_at: when a stop was latched that only a reset could have ended [s], or None.
    """

    duration: float
    proposed: Commands
    sent: Commands
    level: Ints
    reasons: tuple[tuple[str, ...], ...]
    measured: Commands
    sights: Sights
    people: Floats
    onsets: dict[str, int]
    refused: dict[str, int]
    taken: dict[str, int]
    details: dict[str, str]
    latched_at: float | None


def spans_where(time: Floats, marked: NDArray[np.bool_], end: float) -> Spans:
    """Join samples that hold until the next one into spans.

    Args:
        time: (n,) ascending [s].
        marked: (n,) samples that count.
        end: of the last sample [s].
    """
    bounds = np.append(time, end)
    return join((float(bounds[i]), float(bounds[i + 1])) for i in np.flatnonzero(marked))


def join(spans: Iterable[tuple[float, float]], gap: float = 0.0) -> Spans:
    """Join ascending spans that touch, or lie nearer than a gap [s]."""
    joined: list[list[float]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] <= gap:
            joined[-1][1] = max(joined[-1][1], end)
        elif end > start:
            joined.append([start, end])
    return tuple((start, end) for start, end in joined)


def intersect(spans: Spans, others: Spans) -> Spans:
    """Spans that lie in both; each argument is ascending and without overlaps."""
    found, one, other = [], 0, 0
    while one < len(spans) and other < len(others):
        start = max(spans[one][0], others[other][0])
        end = min(spans[one][1], others[other][1])
        if start < end:
            found.append((start, end))
        if spans[one][1] < others[other][1]:
            one += 1
        else:
            other += 1
    return tuple(found)


def overlap(spans: Spans, others: Spans) -> float:
    """Time [s] that lies in both."""
    return sum(end - start for start, end in intersect(spans, others))


def outside(spans: Spans, end: float) -> Spans:
    """What is left of 0 to an end [s] without ascending spans."""
    left, at = [], 0.0
    for start, stop in spans:
        if start > at:
            left.append((at, min(start, end)))
        at = max(at, stop)
    if end > at:
        left.append((at, end))
    return tuple(left)
