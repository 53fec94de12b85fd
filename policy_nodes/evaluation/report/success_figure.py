"""The picture of one scenario of an evaluation: success with intervals, and a few paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from policy_nodes.evaluation.episode_streams import Obstacles
from policy_nodes.evaluation.navigation_summary import Row
from policy_nodes.evaluation.outcomes import OUTCOMES, SUCCEEDED
from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import series, stand_in
from policy_nodes.evaluation.report.path_figure import draw_goal, draw_obstacles, frame

if TYPE_CHECKING:  # traces come from torch worlds; the picture needs none of it
    from policy_nodes.evaluation.crowd_traces import CrowdTrace

WIDTH = 900
_LANE, _FRAME, _PATHS = 34, 60, 330  # heights [px]
_MOST_PATHS = 3
_GOAL_RADIUS = 0.3
_ENDS = ('collision_human', 'collision_obstacle', 'timeout')
_HATCHES = {'collision_human': '', 'collision_obstacle': '///', 'timeout': '...'}


def success_figure(
    rows: Sequence[Row], traces: Mapping[str, Sequence[CrowdTrace]], name: str
) -> str:
    """Draw one scenario.

    Args:
        rows: of the scenario, one a policy.
        traces: by policy, of the same episodes for each; may be empty.
        name: of the figure, unique within the page.
    """
    count = min(_MOST_PATHS, max((len(each) for each in traces.values()), default=0))
    bars = _LANE * len(rows) + _FRAME
    with drawing(WIDTH, bars + (_PATHS if count else 0)) as figure:
        if count:
            parts: Any = figure.subfigures(2, 1, height_ratios=[bars, _PATHS])
            upper, lower = parts
            panels = lower.subplots(1, _MOST_PATHS, squeeze=False)[0]
            for number, axes in enumerate(panels):
                _draw_episode(axes, rows, traces, number)
        else:
            upper = figure
        left, right = upper.subplots(1, 2, sharey=True, width_ratios=[3, 2])
        _draw_success(left, rows)
        _draw_failures(right, rows)
        return svg(figure, name, _words(rows))


def _colours(rows: Sequence[Row]) -> dict[str, str]:
    return {row['policy']: stand_in(series(number)) for number, row in enumerate(rows)}


def _draw_success(axes: Axes, rows: Sequence[Row]) -> None:
    colours = _colours(rows)
    for lane, row in enumerate(rows):
        rate, (low, high) = row['success'], row['ci95']
        axes.errorbar(
            100 * rate,
            lane,
            xerr=[[100 * max(rate - low, 0)], [100 * max(high - rate, 0)]],
            fmt='o',
            markersize=7,
            capsize=4,
            color=colours[row['policy']],
        )
        told = f'{100 * rate:.1f}'
        axes.annotate(told, (100 * rate, lane), (0, 7), textcoords='offset points', ha='center')
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.set_yticks(range(len(rows)), [row['policy'] for row in rows])
    axes.set_xlim(-3, 104)
    axes.set_xlabel('success, 95 % interval [%]')
    axes.grid(visible=False, axis='y')


def _draw_failures(axes: Axes, rows: Sequence[Row]) -> None:
    labels = ('hit a person', 'hit an obstacle or wall', 'ran out of time')
    colours = (stand_in('person'), stand_in('solid'), stand_in('proposed'))
    left = np.zeros(len(rows))
    for key, label, colour in zip(_ENDS, labels, colours, strict=True):
        shares = np.array([100 * row[key] for row in rows])
        axes.barh(
            range(len(rows)),
            shares,
            left=left,
            height=0.5,
            color=colour,
            hatch=_HATCHES[key],
            edgecolor=stand_in('page'),
            linewidth=0.6,
            label=label,
        )
        left += shares
    axes.set_xlabel('other ends [%]')
    axes.set_xlim(0, max(float(left.max(initial=0.0)) * 1.05, 1.0))
    axes.grid(visible=False, axis='y')
    axes.tick_params(axis='y', length=0)
    axes.legend(loc='lower right', bbox_to_anchor=(1.0, 1.0), ncols=3, borderpad=0)


def _draw_episode(
    axes: Axes,
    rows: Sequence[Row],
    traces: Mapping[str, Sequence[CrowdTrace]],
    number: int,
) -> None:
    driven = {
        policy: traces[policy][number]
        for policy in _colours(rows)
        if number < len(traces.get(policy, ()))
    }
    if not driven:
        axes.set_visible(False)
        return
    first = next(iter(driven.values()))
    draw_obstacles(axes, _obstacles(first))
    draw_goal(axes, first.goal, _GOAL_RADIUS)
    for policy, trace in driven.items():
        colour = _colours(rows)[policy]
        spots = trace.pose[:, :2]
        axes.plot(*spots.T, color=colour, zorder=4, label=policy)
        if OUTCOMES.get(trace.outcome) != SUCCEEDED:
            axes.plot(*spots[-1], 'x', color=colour, markersize=9, mew=2.2, zorder=6)
    ring: Any = {'markersize': 7, 'markerfacecolor': stand_in('card'), 'color': stand_in('ink')}
    axes.plot(*first.pose[0, :2], 'o', zorder=5, **ring)
    frame(
        axes, np.concatenate([trace.pose[:, :2] for trace in driven.values()] + [first.goal[None]])
    )
    if number > 0:
        axes.set_ylabel('')
    else:
        axes.legend(loc='lower left', bbox_to_anchor=(0.0, 1.0), ncols=4, borderpad=0)


def _obstacles(trace: CrowdTrace) -> Obstacles:
    low_x, low_y, high_x, high_y = trace.boxes.T
    corners = [[low_x, low_y], [high_x, low_y], [high_x, high_y], [low_x, high_y]]
    boxes = np.array(corners).transpose(2, 0, 1)
    segments = trace.segments
    if np.isfinite(trace.wall):
        w = trace.wall
        walls = [[-w, -w, w, -w], [w, -w, w, w], [w, w, -w, w], [-w, w, -w, -w]]
        segments = np.concatenate((segments, np.array(walls)))
    return Obstacles(boxes, trace.discs, segments)


def _words(rows: Sequence[Row]) -> str:
    told = [
        f'{row["policy"]} {100 * row["success"]:.1f} per cent of {row["episodes"]} episodes'
        for row in rows
    ]
    return f'Success in scenario {rows[0]["scenario"]}: {"; ".join(told)}.'
