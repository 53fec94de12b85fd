"""The picture of a replay over time: speeds, ways, what the safety controller did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from policy_nodes.evaluation.replay.replayed import Replayed, level_spans, reason_spans
from policy_nodes.evaluation.replay.trace import Commands, Floats
from policy_nodes.evaluation.report.figure import colour_bars, drawing, svg
from policy_nodes.evaluation.report.palette import stand_in

WIDTH = 980
_PANEL, _LANE, _FRAME = 120, 18, 62  # heights [px]
_FARTHEST = 3.0  # what is farther is not interesting [m]
_MOST_LANES = 10
_MOST_POINTS = 4000  # of a curve; more than the page has pixels
_THINNEST = 0.002  # of the width, so that a short reason stays visible


def replay_figure(replayed: Replayed, name: str, span: tuple[float, float] | None = None) -> str:
    """Draw a replay.

    Args:
        replayed: to draw.
        name: of the figure, unique within the page.
        span: only this part [s]; the whole bag if None.
    """
    begin, end = span or (0.0, max(replayed.trace.duration, 0.1))
    lanes = list(replayed.reasons())[:_MOST_LANES]
    heights = [_PANEL, _PANEL, _PANEL, _LANE * (len(lanes) + 2) + 8]
    with drawing(WIDTH, sum(heights) + _FRAME) as figure:
        panels = figure.subplots(4, sharex=True, height_ratios=heights)
        for panel in panels:
            _shade(panel, replayed)
        _draw_speeds(panels[0], replayed, 0, 'v [m/s]', (begin, end))
        _draw_speeds(panels[1], replayed, 1, 'w [rad/s]', (begin, end))
        _draw_ways(panels[2], replayed, (begin, end))
        _draw_safety(panels[3], replayed, lanes, end - begin)
        panels[3].set_xlim(begin, end)
        panels[3].set_xlabel('time since the start of the bag [s]')
        for panel in (panels[0], panels[2]):
            panel.legend(
                loc='lower right', bbox_to_anchor=(1.0, 1.0), ncols=4, borderpad=0,
                borderaxespad=0.2,
            )  # fmt: skip
        return svg(figure, name, _words(replayed, begin, end))


def _shade(axes: Axes, replayed: Replayed) -> None:
    for start, end in replayed.windows:
        axes.axvspan(start, end, color=stand_in('limited'), alpha=0.22, linewidth=0, zorder=0)


def _draw_speeds(
    axes: Axes, replayed: Replayed, column: int, label: str, span: tuple[float, float]
) -> None:
    trace = replayed.trace
    _steps(axes, trace.proposed, column, span, color=stand_in('proposed'), linewidth=2.6,
           label='proposed')  # fmt: skip
    _steps(axes, trace.sent, column, span, color=stand_in('robot'), linewidth=1.3, label='sent')
    time, values = _within(trace.measured.time, trace.measured.twist[:, column], span)
    axes.plot(time, values, color=stand_in('ink'), linewidth=0.8, linestyle=(0, (1, 2)),
              label='measured')  # fmt: skip
    axes.set_ylabel(label)


def _steps(
    axes: Axes, commands: Commands, column: int, span: tuple[float, float], **style: Any
) -> None:
    time, values = _within(commands.time, commands.twist[:, column], span)
    if len(time):
        # the last one holds to the end
        time, values = np.append(time, span[1]), np.append(values, values[-1])
    axes.step(time, values, where='post', **style)


def _draw_ways(axes: Axes, replayed: Replayed, span: tuple[float, float]) -> None:
    sights, people = replayed.trace.sights, replayed.trace.people
    curves = (
        (sights.time, sights.way, 'bad', '-', 'way until contact'),
        (sights.time, sights.clearance, 'quiet', (0, (4, 1.5)), 'to the nearest point'),
        (people[:, 0], people[:, 1], 'person', (0, (1, 1)), 'to a person'),
    )
    for time, values, colour, dashes, label in curves:
        if len(time):
            shown = _within(time, np.minimum(values, _FARTHEST), span)
            axes.plot(*shown, color=stand_in(colour), linestyle=dashes, label=label)
    axes.axhline(0.0, color=stand_in('rule'), linewidth=0.9)
    axes.set_ylim(-0.15, _FARTHEST)
    axes.set_ylabel('clearance [m]')


def _draw_safety(axes: Axes, replayed: Replayed, lanes: Sequence[str], length: float) -> None:
    thinnest = _THINNEST * length
    for level, spans in level_spans(replayed.trace).items():
        bars = [(start, end - start) for start, end in spans]
        axes.broken_barh(bars, (-0.4, 0.8), color=stand_in(level), linewidth=0)
    held = [(start, end - start) for start, end in replayed.held]
    axes.broken_barh(held, (0.7, 0.6), color=stand_in('stopping'), linewidth=0)
    times = reason_spans(replayed.trace)
    for lane, reason in enumerate(lanes, start=2):
        bars = [(start, max(end - start, thinnest)) for start, end in times[reason]]
        axes.broken_barh(bars, (lane - 0.3, 0.6), color=stand_in('quiet'), linewidth=0)
    axes.set_ylim(len(lanes) + 1.6, -0.6)
    axes.set_yticks(range(len(lanes) + 2), ['safety level', 'command held', *lanes])
    axes.tick_params(axis='y', length=0)
    axes.spines['left'].set_visible(False)
    colour_bars(axes)
    axes.grid(visible=False)


def _within(time: Floats, values: Floats, span: tuple[float, float]) -> tuple[Floats, Floats]:
    """The part of a curve that is shown, thinned to what a page can show."""
    first = max(int(np.searchsorted(time, span[0])) - 1, 0)
    last = int(np.searchsorted(time, span[1], 'right')) + 1
    stride = max(1, (last - first) // _MOST_POINTS)
    return time[first:last:stride], values[first:last:stride]


def _words(replayed: Replayed, begin: float, end: float) -> str:
    told = [f'Proposed and sent velocity, ways and safety levels from {begin:.1f} to {end:.1f} s.']
    told += [f'Danger from {a:.1f} to {b:.1f} s.' for a, b in replayed.windows[:10]]
    return ' '.join(told)
