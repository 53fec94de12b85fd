"""The four figures of a danger window, and what they are made of.

A command is *held* while its forward speed is zero although the proposal drives, or all of it is
zero, or its forward speed is zero on HOLD or above: the controller may leave a turn in place to a
robot whose way is blocked, and that is no motion into danger. A proposal *asks* while its last
twist is not zero and no older than the controller believes. Speeds up to `STILL_V` and `STILL_W`
count as zero; a change counts once it lasts for `LASTING`. All shares are of time.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np

from policy_nodes.evaluation.replay.trace import (
    Commands,
    Spans,
    Trace,
    intersect,
    join,
    outside,
    overlap,
    spans_where,
)
from policy_nodes.safety.ladder import Level

STILL_V = 0.02  # [m/s], as in Nav2's test
STILL_W = 0.05  # [rad/s]
LASTING = 0.2  # [s]
GRACE = 0.6  # after a window, before a stop is false [s]
MARKS = {
    'time_to_stop_s': 0.6,
    'held_share': 0.90,
    'time_to_resume_s': 0.6,
    'false_stop_share': 0.05,
}
AT_LEAST = ('held_share',)  # the other marks are at most
_ROUNDING = 1e-9  # [s]


@dataclass(frozen=True)
class WindowFigures:
    """Figures of one danger window; times in s, None where it did not happen.

    Attributes:
        begin_s: since the bag's start.
        end_s: since the bag's start.
        time_to_stop_s: from its begin until the command is held.
        time_to_hold_s: from its begin until the controller decides to hold, braking included.
        held_share: share of the window in which the command is held.
        hold_share: share of the window on HOLD or above, braking included.
        time_to_resume_s: from its end, or from when the proposal asks again, until motion goes
            out; None where nobody asked or nothing went out.
        asked_share: share of the window in which the proposal asks for motion.
        asked_after: whether the proposal asks for motion after the window.
    """

    begin_s: float
    end_s: float
    time_to_stop_s: float | None
    time_to_hold_s: float | None
    held_share: float
    hold_share: float
    time_to_resume_s: float | None
    asked_share: float
    asked_after: bool


@dataclass(frozen=True)
class Figures:
    """Figures of a replay; of several windows the worst.

    Attributes:
        time_to_stop_s: greatest of the windows; None without windows or where one saw no stop.
        held_share: least of the windows; None without windows.
        time_to_resume_s: greatest of the windows after which somebody asked for motion; None
            without such windows or where after one nothing moved.
        false_stop_share: held although the proposal asks, of the time outside the windows and
            their grace; None where there is no such time.
        false_stop_share_of_asked: the same, of the time in which the proposal asks.
        windows: figures of each.
        false_s: held although the proposal asks, outside the windows and their grace [s].
        free_s: time outside the windows and their grace [s].
    """

    time_to_stop_s: float | None
    held_share: float | None
    time_to_resume_s: float | None
    false_stop_share: float | None
    false_stop_share_of_asked: float | None
    windows: tuple[WindowFigures, ...]
    false_s: float
    free_s: float

    def marks(self) -> dict[str, bool | None]:
        """Whether each of Nav2's marks is met; None where there is nothing to judge."""
        resumable = any(window.asked_after for window in self.windows)
        judged = {
            'time_to_stop_s': bool(self.windows),
            'held_share': bool(self.windows),
            'time_to_resume_s': resumable,
            'false_stop_share': self.false_stop_share is not None,
        }
        met: dict[str, bool | None] = {}
        for name, mark in MARKS.items():
            value = getattr(self, name)
            keeps = value is not None and (value >= mark if name in AT_LEAST else value <= mark)
            met[name] = keeps if judged[name] else None
        return met

    def to_mapping(self) -> dict[str, object]:
        """Write as plain values."""
        return {name: it for name, it in asdict(self).items() if name not in ('false_s', 'free_s')}


def held_spans(trace: Trace) -> Spans:
    """When the command is held; before the first command, too: nothing moves."""
    v, w = np.nan_to_num(np.abs(trace.sent.twist)).T
    asked_v = np.append(0.0, np.nan_to_num(np.abs(trace.proposed.twist[:, 0])))
    drives = asked_v[np.searchsorted(trace.proposed.time, trace.sent.time, 'right')] > STILL_V
    held = (v <= STILL_V) & ((w <= STILL_W) | drives | (trace.level >= Level.HOLD))
    return _with_beginning(trace, spans_where(trace.sent.time, held, trace.duration))


def hold_spans(trace: Trace) -> Spans:
    """When the controller stands on HOLD or above."""
    marked = trace.level >= Level.HOLD
    return _with_beginning(trace, spans_where(trace.sent.time, marked, trace.duration))


def asked_spans(proposed: Commands, timeout: float, duration: float) -> Spans:
    """When the proposal asks for motion.

    Args:
        proposed: proposals.
        timeout: a proposal is believed for this long [s].
        duration: of the bag [s].
    """
    v, w = np.abs(proposed.twist).T
    asks = (v > STILL_V) | (w > STILL_W)  # NaN asks for nothing
    ends = np.minimum(np.append(proposed.time[1:], duration), proposed.time + timeout)
    pairs = zip(proposed.time[asks], ends[asks], strict=True)
    return join((float(start), float(end)) for start, end in pairs)


def figures(trace: Trace, windows: Spans, timeout: float, grace: float = GRACE) -> Figures:
    """Measure a replay.

    Args:
        trace: of the replay.
        windows: in which there is danger, ascending [s].
        timeout: a proposal is believed for this long [s].
        grace: after each window in which a stop is not false yet [s].
    """
    held, hold = held_spans(trace), hold_spans(trace)
    asked = asked_spans(trace.proposed, timeout, trace.duration)
    rows = []
    for number, window in enumerate(windows):
        until = windows[number + 1][0] if number + 1 < len(windows) else trace.duration
        rows.append(_window(window, until, trace.duration, held, hold, asked))
    free = outside(join(((a, b + grace) for a, b in windows)), trace.duration)
    false = overlap(intersect(held, asked), free)
    length, asking = sum(b - a for a, b in free), overlap(asked, free)
    asked_rows = [each for each in rows if each.asked_after]
    return Figures(
        time_to_stop_s=_greatest([each.time_to_stop_s for each in rows]),
        held_share=min((each.held_share for each in rows), default=None),
        time_to_resume_s=_greatest([each.time_to_resume_s for each in asked_rows]),
        false_stop_share=false / length if length > 0 else None,
        false_stop_share_of_asked=false / asking if asking > 0 else None,
        windows=tuple(rows),
        false_s=false,
        free_s=length,
    )


def _window(
    window: tuple[float, float], until: float, end: float, held: Spans, hold: Spans, asked: Spans
) -> WindowFigures:
    begin, stop = window
    length, here = stop - begin, (window,)
    moving = outside(held, end)
    after = ((stop, until),) if until > stop else ()
    wanted = intersect(asked, after) if overlap(asked, after) >= LASTING else ()
    resume = None
    if wanted:
        first = wanted[0][0]
        went = _first(intersect(moving, ((first, until),)), until)
        resume = None if went is None else went - first
    stopped = _first(intersect(held, here), stop)
    decided = _first(intersect(hold, here), stop)
    return WindowFigures(
        begin_s=begin,
        end_s=stop,
        time_to_stop_s=None if stopped is None else stopped - begin,
        time_to_hold_s=None if decided is None else decided - begin,
        held_share=min(1.0, overlap(held, here) / length),
        hold_share=min(1.0, overlap(hold, here) / length),
        time_to_resume_s=resume,
        asked_share=min(1.0, overlap(asked, here) / length),
        asked_after=bool(wanted),
    )


def _first(spans: Spans, end: float) -> float | None:
    """Begin of the first span that lasts, or reaches the end."""
    for start, stop in spans:
        if stop - start >= LASTING - _ROUNDING or math.isclose(stop, end):
            return start
    return None


def _greatest(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None


def _with_beginning(trace: Trace, spans: Spans) -> Spans:
    first = float(trace.sent.time[0]) if len(trace.sent.time) else trace.duration
    return join((*(((0.0, first),) if first > 0 else ()), *spans))
