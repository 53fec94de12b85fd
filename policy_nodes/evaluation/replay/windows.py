"""Danger windows: as they are given, or found in what was recorded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.replay.measures import STILL_V
from policy_nodes.evaluation.replay.trace import Spans, Trace, join, spans_where

AUTO = 'auto'
GAP = 0.5  # windows nearer to each other than this become one [s]
SHORTEST = 0.2  # what is shorter is noise of a scan [s]


@dataclass(frozen=True)
class Danger:
    """What counts as danger.

    Attributes:
        distance: the robot, driving on as measured, touches something within it [m].
        time: or within it [s].
    """

    distance: float = 0.3
    time: float = 1.0


def given_windows(texts: Sequence[str], duration: float) -> Spans:
    """Read windows such as ``12.5:17``, in seconds from the bag's start.

    Args:
        texts: as typed.
        duration: of the bag [s].

    Raises:
        RecordingError: no window, outside of the bag, or two that overlap.
    """
    windows = sorted(_window(text, duration) for text in texts)
    for (_, before), (after, _) in pairwise(windows):
        if after <= before:
            raise RecordingError(f'two windows meet at {after:g} s; join them into one')
    return tuple(windows)


def _window(text: str, duration: float) -> tuple[float, float]:
    try:
        begin, end = (float(part) for part in text.split(':'))
    except ValueError:
        raise RecordingError(
            f'{text!r} is no window; write seconds from the start of the bag, such as 12.5:17, '
            f'or {AUTO}'
        ) from None
    if not (math.isfinite(begin) and math.isfinite(end) and begin < end):
        raise RecordingError(f'the window {text} does not end after it begins; write BEGIN:END')
    if begin < 0 or end > duration:
        raise RecordingError(
            f'the window {text} lies outside of the bag, which lasts from 0 to {duration:.3f} s'
        )
    return begin, end


def found_windows(trace: Trace, danger: Danger) -> Spans:
    """Find where the measured motion, driven on, would soon touch what the laser sees.

    While the robot stands, the motion is the proposed one.
    """
    sights = trace.sights
    with np.errstate(invalid='ignore', divide='ignore'):
        moving = sights.speed > STILL_V
        near = (sights.way <= danger.distance) | (sights.way / sights.speed <= danger.time)
    spans = spans_where(sights.time, moving & near, trace.duration)
    return tuple(span for span in join(spans, GAP) if span[1] - span[0] >= SHORTEST)
