"""The picture of how evenly a control loop ran, and how long its thinking took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from policy_nodes.evaluation.episode_streams import Floats
from policy_nodes.evaluation.report.figure import colour_bars, drawing, svg
from policy_nodes.evaluation.report.palette import stand_in

WIDTH, HEIGHT = 640, 260
_BINS = 60


@dataclass(frozen=True)
class LoopTiming:
    """When a loop acted, on a steady clock, and what it was to keep.

    Attributes:
        at: (n,) times of its actions [s].
        inference: (m,) how long each thought took [s]; may be empty.
        period: that it should keep [s].
        jitter_limit: that 99 % of its deviations should stay within [s].
        inference_limit: that 99 % of its thoughts should stay within [s].
    """

    at: Floats
    inference: Floats
    period: float = 0.02
    jitter_limit: float = 0.003
    inference_limit: float = 0.005

    def jitter(self) -> Floats:
        """How far each period was from what it should be, (n - 1,) [s]; not below zero."""
        deviation: Floats = np.abs(np.diff(self.at) - self.period)
        return deviation


def loop_timing_figure(timing: LoopTiming, name: str) -> str:
    """Draw two histograms with their 99th percentile and its limit.

    Args:
        timing: to draw.
        name: of the figure, unique within the page.
    """
    shown = (
        ('deviation from the period [ms]', timing.jitter(), timing.jitter_limit),
        ('inference [ms]', timing.inference, timing.inference_limit),
    )
    with drawing(WIDTH, HEIGHT) as figure:
        panels = figure.subplots(1, 2)
        for axes, (title, values, limit) in zip(panels, shown, strict=True):
            _draw(axes, title, 1e3 * values, 1e3 * limit)
        return svg(figure, name, ' '.join(_words(*each) for each in shown))


def _draw(axes: Axes, title: str, values: Floats, limit: float) -> None:
    axes.set_xlabel(title)
    axes.set_ylabel('times')
    colour_bars(axes)
    if not len(values):
        axes.text(0.5, 0.5, 'not recorded', transform=axes.transAxes, ha='center')
        return
    # a lower end of one keeps rare late ones visible
    axes.hist(values, bins=_BINS, color=stand_in('robot'), alpha=0.8, log=True)
    axes.yaxis.set_major_formatter('{x:g}')
    late = float(np.percentile(values, 99))
    for at, words, colour, height in (
        (late, f' 99 % {late:.2f}', 'ink', 1.0),
        (limit, f'limit {limit:g} ', 'bad', 0.92),
    ):
        axes.axvline(at, color=stand_in(colour), linewidth=1.0, linestyle=(0, (3, 2)))
        axes.annotate(
            words,
            (at, height),
            xycoords=('data', 'axes fraction'),
            fontsize=8.5,
            va='bottom' if height == 1.0 else 'top',
            ha='left' if height == 1.0 else 'right',
            color=stand_in(colour),
        )


def _words(title: str, values: Floats, limit: float) -> str:
    if not len(values):
        return f'No {title} was recorded.'
    late, worst = 1e3 * np.percentile(values, 99), 1e3 * values.max()
    return f'{title}: 99 % below {late:.2f}, at most {worst:.2f}; the limit is {1e3 * limit:g}.'
