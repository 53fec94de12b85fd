"""The picture of scores beside those that are published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import series, stand_in

WIDTH = 620
_LANE, _FRAME = 34, 78  # heights [px]
_SPREAD = 0.18  # of the dots of one lane
# hardware runs of the paper (arXiv 2305.14654) and what two small dogs reached
PUBLISHED = {'paper, mean': 0.77, 'paper, best': 0.91, 'dogs': 1.0}


def course_score_figure(scores: Mapping[str, Sequence[float]], name: str) -> str:
    """Draw every run as a dot, the mean of each as a bar, and what is published as lines.

    Args:
        scores: of runs, by what is shown on a lane, such as the policy.
        name: of the figure, unique within the page.
    """
    with drawing(WIDTH, _FRAME + _LANE * max(len(scores), 1)) as figure:
        axes = figure.add_subplot()
        for lane, (_, runs) in enumerate(scores.items()):
            colour = stand_in(series(lane))
            if len(runs):
                mean = float(np.mean(runs))
                axes.barh(lane, mean, height=0.55, color=colour, alpha=0.25, zorder=2)
                offsets = np.linspace(-_SPREAD, _SPREAD, len(runs)) if len(runs) > 1 else [0.0]
                axes.plot(runs, lane + np.array(offsets), 'o', color=colour, markersize=4)
                axes.annotate(f' {mean:.3f}', (0.0, lane), va='center', fontsize=9.0)
        for words, value in PUBLISHED.items():
            axes.axvline(value, color=stand_in('ink'), linewidth=1.0, linestyle=(0, (3, 2)))
            axes.annotate(
                f'{words} {value:.2f}',
                (value, 1.0),
                (0, 4),
                xycoords=('data', 'axes fraction'),
                textcoords='offset points',
                rotation=30,
                fontsize=8.5,
            )
        axes.set_xlim(0.0, 1.02)
        axes.set_ylim(len(scores) - 0.4, -0.6)
        axes.set_yticks(range(len(scores)), list(scores))
        axes.set_xlabel('score')
        axes.grid(visible=False, axis='y')
        return svg(figure, name, _words(scores))


def _words(scores: Mapping[str, Sequence[float]]) -> str:
    told = [
        f'{what}: mean {np.mean(runs):.3f}, best {max(runs):.3f} of {len(runs)} runs.'
        for what, runs in scores.items()
        if len(runs)
    ]
    published = ', '.join(f'{words} {value:.2f}' for words, value in PUBLISHED.items())
    return ' '.join(['Scores beside those that are published.', *told, f'Published: {published}.'])
