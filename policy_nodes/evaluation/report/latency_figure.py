"""The picture of how long thinking and answering took, over all episodes of a run."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from policy_nodes.evaluation.episode_streams import Floats
from policy_nodes.evaluation.report.figure import colour_bars, drawing, svg
from policy_nodes.evaluation.report.palette import stand_in

WIDTH, HEIGHT = 480, 400
_BINS = 48


def latency_figure(inference_ms: Floats, command_ms: Floats, name: str) -> str:
    """Draw two histograms, one above the other.

    Args:
        inference_ms: (n,) time of inference [ms].
        command_ms: (m,) from observation to command [ms].
        name: of the figure, unique within the page.
    """
    titles = ('inference [ms]', 'observation to command [ms]')
    with drawing(WIDTH, HEIGHT) as figure:
        panels = figure.subplots(2, 1)
        for axes, values, title in zip(panels, (inference_ms, command_ms), titles, strict=True):
            _draw(axes, values[np.isfinite(values)], title)
        told = zip(titles, (inference_ms, command_ms), strict=True)
        return svg(figure, name, ' '.join(_words(title, values) for title, values in told))


def _draw(axes: Axes, values: Floats, title: str) -> None:
    axes.set_xlabel(title)
    axes.set_ylabel('actions')
    colour_bars(axes)
    if not len(values):
        axes.text(0.5, 0.5, 'not recorded', transform=axes.transAxes, ha='center')
        axes.set_xticks([])
        axes.set_yticks([])
        return
    axes.hist(values, bins=_BINS, color=stand_in('robot'), alpha=0.8)
    for share, words in ((50, 'median'), (99, '99 %')):
        at = float(np.percentile(values, share))
        axes.axvline(at, color=stand_in('ink'), linewidth=1.0, linestyle=(0, (3, 2)))
        axes.annotate(
            f' {words} {at:.1f}',
            (at, 1.0),
            xycoords=('data', 'axes fraction'),
            fontsize=9,
            va='bottom',
        )


def _words(title: str, values: Floats) -> str:
    if not len(values):
        return f'No {title} was recorded.'
    median, late = np.percentile(values, [50, 99])
    return f'{title}: median {median:.1f}, 99 % below {late:.1f}.'
