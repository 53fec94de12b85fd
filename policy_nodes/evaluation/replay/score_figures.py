"""Pictures of scored bags: errors with intervals, errors along the horizon, actions over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from policy_nodes.evaluation.replay.score_words import title_of, unit_of
from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import series, stand_in

WIDTH = 900
_LANE, _FRAME, _PANEL = 30, 62, 120  # heights [px]
_COLUMNS = 2
_MOST_VALUES = 4  # of an action that are drawn over time


def error_figure(entries: Sequence[Mapping[str, Any]], name: str) -> str | None:
    """Draw the error of each value, or of key poses, with the interval of each policy.

    Args:
        entries: of policies that answered the same kind of question.
        name: of the figure, unique within the page.

    Returns:
        None where nothing could be compared.
    """
    figures = _drawn(entries)
    if not figures:
        return None
    rows = -(-len(figures) // _COLUMNS)
    height = rows * (_LANE * len(entries) + _FRAME)
    with drawing(WIDTH, height) as picture:
        grid = picture.subplots(rows, _COLUMNS, squeeze=False).ravel()
        for axes, figure in zip(grid, figures, strict=False):
            _draw_error(axes, entries, figure)
        for axes in grid[len(figures) :]:
            axes.set_visible(False)
        return svg(picture, name, _error_words(entries, figures))


def _drawn(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    poses = ('position_error', 'rotation_error')
    known = dict.fromkeys(it for entry in entries for it in entry['figures'])
    if poses[0] in known:
        return [it for it in poses if it in known]
    return [it for it in known if it.startswith('error.') and '@' not in it]


def _draw_error(axes: Axes, entries: Sequence[Mapping[str, Any]], figure: str) -> None:
    for lane, entry in enumerate(entries):
        found = entry['figures'].get(figure)
        if found is None:
            continue
        low, high = found['ci95'] or (found['mean'], found['mean'])
        axes.errorbar(
            found['mean'],
            lane,
            xerr=[[max(found['mean'] - low, 0)], [max(high - found['mean'], 0)]],
            fmt='o',
            markersize=6,
            capsize=4,
            color=stand_in(series(lane)),
        )
    axes.set_ylim(len(entries) - 0.5, -0.5)
    axes.set_yticks(range(len(entries)), [_short(entry['policy']) for entry in entries])
    axes.set_xlim(left=0)
    axes.set_xlabel(f'{title_of(figure)} [{unit_of(figure, entries[0]["action"])}]')
    axes.grid(visible=False, axis='y')


def horizon_figure(entries: Sequence[Mapping[str, Any]], name: str) -> str | None:
    """Draw how the error grows along the rows of an answer; None where each has one row only."""
    names = entries[0]['action']['names'][:_MOST_VALUES]
    curves = {
        (entry['policy'], value): _along(entry['figures'], value)
        for entry in entries
        for value in names
    }
    if max((len(them) for them in curves.values()), default=0) < 2:
        return None
    with drawing(WIDTH, _PANEL * len(names) + _FRAME) as picture:
        panels = picture.subplots(len(names), sharex=True, squeeze=False)[:, 0]
        for axes, value in zip(panels, names, strict=True):
            for number, entry in enumerate(entries):
                means = curves[entry['policy'], value]
                style: Any = {'color': stand_in(series(number)), 'marker': 'o', 'markersize': 3}
                axes.plot(range(len(means)), means, label=_short(entry['policy']), **style)
            axes.set_ylabel(value)
        panels[-1].set_xlabel('row of the answer')
        panels[0].legend(loc='lower right', bbox_to_anchor=(1.0, 1.0), ncols=4, borderpad=0)
        return svg(picture, name, f'Error of {", ".join(names)} along the rows of an answer.')


def _along(figures: Mapping[str, Any], value: str) -> list[float]:
    found, row = [], 0
    while (entry := figures.get(f'error.{value}' + (f'@{row}' if row else ''))) is not None:
        found.append(entry['mean'])
        row += 1
    return found


def action_figure(results: Sequence[Mapping[str, Any]], name: str) -> str:
    """Draw what was recorded and what each policy answered over the time of one bag.

    Args:
        results: of one bag with each policy.
        name: of the figure, unique within the page.
    """
    action = results[0]['action']
    count = min(len(action['names']), _MOST_VALUES)
    with drawing(WIDTH, _PANEL * count + _FRAME) as picture:
        panels = picture.subplots(count, sharex=True, squeeze=False)[:, 0]
        single = action['kind'] == 'key_pose'
        for at, axes in enumerate(panels):
            _curve(axes, results[0]['curves']['recorded'], at, 'recorded', 'proposed', 2.4, single)
            for number, result in enumerate(results):
                label, colour = _short(result['policy']), series(number)
                _curve(axes, result['curves']['answered'], at, label, colour, 1.2, single)
            axes.set_ylabel(f'{action["names"][at]} [{action["units"][at]}]')
        panels[-1].set_xlabel('time since the start of the bag [s]')
        panels[-1].set_xlim(0, max(results[0]['duration_s'], 0.1))
        panels[0].legend(loc='lower right', bbox_to_anchor=(1.0, 1.0), ncols=5, borderpad=0)
        told = ', '.join(result['policy'] for result in results)
        return svg(picture, name, f'Recorded actions and those of {told} in {results[0]["bag"]}.')


def _curve(
    axes: Axes,
    points: Sequence[Sequence[float]],
    at: int,
    label: str,
    colour: str,
    width: float,
    single: bool,
) -> None:
    rows = np.array([(row[0], row[1 + at]) for row in points], dtype=np.float64).reshape(-1, 2)
    if single:
        axes.plot(*rows.T, 'o', markersize=3 + 1.5 * width, color=stand_in(colour), label=label,
                  markerfacecolor='none')  # fmt: skip
    else:
        axes.step(*rows.T, where='post', linewidth=width, color=stand_in(colour), label=label)


def _short(name: str) -> str:
    """Shorten what was given as a path."""
    return name if len(name) <= 24 else f'…{name[-23:]}'


def _error_words(entries: Sequence[Mapping[str, Any]], figures: Sequence[str]) -> str:
    told = [
        f'{entry["policy"]}: {title_of(figure)} {entry["figures"][figure]["mean"]:.3g}'
        for entry in entries
        for figure in figures
        if figure in entry['figures']
    ]
    return f'Errors with intervals of 95 %. {"; ".join(told)}.'
