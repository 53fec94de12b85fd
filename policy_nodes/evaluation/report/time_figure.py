"""The picture of an episode over time: speeds, clearances, what the safety controller did."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from policy_nodes.evaluation.episode_data import EpisodeData
from policy_nodes.evaluation.episode_measures import (
    clearance,
    level_shares,
    level_spans,
    reason_intervals,
)
from policy_nodes.evaluation.episode_streams import Commands
from policy_nodes.evaluation.report import palette
from policy_nodes.evaluation.report.figure import colour_bars, drawing, svg
from policy_nodes.evaluation.report.palette import stand_in

WIDTH = 640
_PANEL, _LANE, _FRAME = 105, 17, 62  # heights [px]
_FARTHEST = 3.0  # clearances beyond are not interesting [m]
_MOST_LANES = 10


def time_figure(episode: EpisodeData, radius: float, name: str) -> str:
    """Draw an episode over time.

    Args:
        episode: to draw.
        radius: of the robot [m].
        name: of the figure, unique within the page.
    """
    lanes = _lanes(episode)
    heights = [_PANEL, _PANEL, _PANEL, _LANE * (len(lanes) + 1) + 8]
    with drawing(WIDTH, sum(heights) + _FRAME) as figure:
        panels = figure.subplots(4, sharex=True, height_ratios=heights)
        _draw_speeds(panels[0], episode, 0, 'v [m/s]')
        _draw_levels(panels[0], episode, (0.0, 0.06), transform=panels[0].get_xaxis_transform())
        _draw_speeds(panels[1], episode, 1, 'w [rad/s]')
        _draw_clearances(panels[2], episode, radius)
        _draw_safety(panels[3], episode, lanes)
        panels[3].set_xlim(0.0, max(episode.end, 0.1))
        panels[3].set_xlabel('time [s]')
        _legend(figure, panels)
        return svg(figure, name, _words(episode, radius))


def _draw_speeds(axes: Axes, episode: EpisodeData, column: int, label: str) -> None:
    quiet = stand_in('proposed')
    _steps(axes, episode.proposed, column, color=quiet, linewidth=2.6, label='proposed')
    _steps(axes, episode.sent, column, color=stand_in('robot'), linewidth=1.3, label='sent')
    motion = episode.motion
    axes.plot(
        motion.time,
        motion.twist[:, column],
        color=stand_in('ink'),
        linewidth=0.8,
        linestyle=(0, (1, 2)),
        label='measured',
    )
    axes.set_ylabel(label)


def _steps(axes: Axes, commands: Commands, column: int, **style: Any) -> None:
    axes.step(commands.time, commands.twist[:, column], where='post', **style)


def _draw_clearances(axes: Axes, episode: EpisodeData, radius: float) -> None:
    gaps = clearance(episode, radius)
    far = _FARTHEST
    axes.plot(
        gaps.time, np.minimum(gaps.person, far), color=stand_in('person'), label='to a person'
    )
    axes.plot(
        gaps.time,
        np.minimum(gaps.obstacle, far),
        color=stand_in('quiet'),
        linestyle=(0, (4, 1.5)),
        label='to an obstacle',
    )
    axes.axhline(0.0, color=stand_in('bad'), linewidth=0.9)
    axes.set_ylim(-0.15, far)
    axes.set_ylabel('clearance [m]')


def _lanes(episode: EpisodeData) -> list[str]:
    """Reasons in order of the time that they stood, the longest first."""
    totals: dict[str, float] = {}
    for each in reason_intervals(episode):
        totals[each.reason] = totals.get(each.reason, 0.0) + each.end - each.start
    return sorted(totals, key=lambda reason: -totals[reason])[:_MOST_LANES]


def _draw_safety(axes: Axes, episode: EpisodeData, lanes: list[str]) -> None:
    _draw_levels(axes, episode, (-0.4, 0.8))
    for lane, reason in enumerate(lanes, start=1):
        spans = [
            (each.start, max(each.end - each.start, 0.02))
            for each in reason_intervals(episode)
            if each.reason == reason
        ]
        axes.broken_barh(spans, (lane - 0.3, 0.6), color=stand_in('quiet'), linewidth=0)
    axes.set_ylim(len(lanes) + 0.6, -0.6)
    axes.set_yticks(range(len(lanes) + 1), ['safety level', *lanes])
    axes.tick_params(axis='y', length=0)
    axes.spines['left'].set_visible(False)
    colour_bars(axes)
    axes.grid(visible=False)


def _draw_levels(
    axes: Axes, episode: EpisodeData, place: tuple[float, float], **style: Any
) -> None:
    """Draw a band of the levels of the safety controller, at a place (low, height)."""
    for level, spans in level_spans(episode).items():
        widths = [(start, end - start) for start, end in spans]
        colour = stand_in(palette.LEVELS[level])
        axes.broken_barh(widths, place, color=colour, linewidth=0, **style)


def _legend(figure: Figure, panels: np.ndarray) -> None:
    """One line of keys over the first and the third panel, where no curve is hidden."""
    for panel in (panels[0], panels[2]):
        panel.legend(
            loc='lower right', bbox_to_anchor=(1.0, 1.0), ncols=3, borderpad=0, borderaxespad=0.2
        )


def _words(episode: EpisodeData, radius: float) -> str:
    parts = [f'Episode {episode.index} over {episode.end:.1f} s.']
    gaps = clearance(episode, radius)
    for kind, values in (('a person', gaps.person), ('an obstacle', gaps.obstacle)):
        if np.isfinite(values).any():
            parts.append(f'The nearest clearance to {kind} is {np.nanmin(values):.2f} m.')
    shares = level_shares([episode])
    told = [f'{name} {share:.0%}' for name, share in shares.items() if share > 0]
    if told:
        parts.append(f'Time on the levels of the safety controller: {", ".join(told)}.')
    return ' '.join(parts)
