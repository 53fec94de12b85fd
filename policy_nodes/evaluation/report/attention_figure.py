"""The picture of what a policy remembered: attention to past key steps, step by step."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import stand_in
from policy_nodes.evaluation.tabletop_record import EpisodeRecord
from policy_nodes.policies.key_picture import VIEWS

WIDTH, HEIGHT = 520, 560
_MOST_NUMBERS = 10  # steps; with more of them shares are not written into the cells
_FAINT = 0.06  # opacity of a share of 0

Shares = dict[tuple[int, int], NDArray[np.floating]]


def shares_of(record: EpisodeRecord) -> Shares:
    """Return the share (3 views,) that each step gave each earlier one, by (step, earlier)."""
    found: Shares = {}
    for number, step in enumerate(record.steps, start=1):
        if step.picture is None or step.picture.attention is None:
            continue
        for back, share in enumerate(step.picture.attention.T, start=1):
            if number - back >= 1:
                found[number, number - back] = share
    return found


def attention_figure(record: EpisodeRecord, name: str) -> str:
    """Draw a panel for each view; empty where nothing was remembered.

    Args:
        record: of an episode.
        name: of the figure, unique within the page.
    """
    shares = shares_of(record)
    if not shares:
        return ''
    count = len(record.steps)
    with drawing(WIDTH, HEIGHT) as figure:
        panels = figure.subplots(len(VIEWS), 1, sharex=True)
        for view, axes in enumerate(panels):
            _draw(axes, {pair: float(share[view]) for pair, share in shares.items()}, count)
            axes.set_ylabel(f'{VIEWS[view]}: remembered')
        panels[-1].set_xlabel('key step that is chosen')
        return svg(figure, name, _words(shares))


def _draw(axes: Axes, shares: dict[tuple[int, int], float], count: int) -> None:
    for (step, earlier), share in shares.items():
        axes.add_patch(
            Rectangle(
                (step - 0.5, earlier - 0.5),
                1.0,
                1.0,
                facecolor=stand_in('robot'),
                alpha=_FAINT + (1 - _FAINT) * min(max(share, 0.0), 1.0),
                edgecolor=stand_in('page'),
                linewidth=1.0,
            )
        )
        if count <= _MOST_NUMBERS:
            ink = stand_in('page' if share > 0.5 else 'ink')
            told = f'{100 * share:.0f}'
            axes.text(step, earlier, told, ha='center', va='center', fontsize=8, color=ink)
    axes.set_xlim(1.5, count + 0.5)
    axes.set_ylim(0.5, count - 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(visible=False)


def _words(shares: Shares) -> str:
    told = []
    for step in sorted({step for step, _ in shares}):
        mean = {
            earlier: float(share.mean()) for (at, earlier), share in shares.items() if at == step
        }
        best = max(mean, key=lambda earlier: mean[earlier])
        told.append(f'step {step} most to step {best} ({mean[best]:.0%})')
    return f'Attention to remembered key steps: {", ".join(told)}.'
