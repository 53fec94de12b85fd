"""The picture of an episode from above: robot, people, obstacles, goal."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.patches import Circle, Patch, Polygon

from policy_nodes.evaluation.episode_data import EpisodeData
from policy_nodes.evaluation.episode_streams import Floats, Obstacles, People
from policy_nodes.evaluation.outcomes import SUCCEEDED, WORDS
from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import stand_in
from policy_nodes.safety.ladder import Level

SIZE = 430
_MARGIN = 0.6  # around what is drawn [m]
_TICK = 5.0  # between dots along the path [s]
_SCANS = 12  # drawn where the obstacles are not known


def path_figure(episode: EpisodeData, name: str) -> str:
    """Draw where everybody went.

    Args:
        episode: to draw.
        name: of the figure, unique within the page.
    """
    with drawing(SIZE, SIZE) as figure:
        axes = figure.add_subplot()
        if episode.obstacles.known:
            draw_obstacles(axes, episode.obstacles)
        else:
            _draw_scans(axes, episode)
        _draw_people(axes, [each for each in episode.people if 0 <= each.time <= episode.end])
        if episode.goal is not None:
            draw_goal(axes, episode.goal, episode.goal_tolerance)
        _draw_robot(axes, episode)
        frame(axes, _shown(episode))
        return svg(figure, name, _words(episode))


def draw_obstacles(axes: Axes, obstacles: Obstacles) -> None:
    """Fill boxes and discs, and draw walls."""
    patches: list[Patch] = [Polygon(corners) for corners in obstacles.boxes]
    patches += [Circle((x, y), radius) for x, y, radius in obstacles.discs]
    solid = stand_in('solid')
    axes.add_collection(PatchCollection(patches, facecolor=solid, edgecolor='none', zorder=1))
    lines = obstacles.segments.reshape(-1, 2, 2)
    axes.add_collection(LineCollection(list(lines), colors=solid, linewidths=2.5, zorder=1))


def draw_goal(axes: Axes, goal: Floats, tolerance: float) -> None:
    """Draw the goal and how near counts as there."""
    green = stand_in('goal')
    axes.add_patch(
        Circle((goal[0], goal[1]), max(tolerance, 0.1), facecolor=green, alpha=0.25, zorder=2)
    )
    axes.plot(*goal, marker='*', markersize=11, color=green, zorder=5, linestyle='none')


def frame(axes: Axes, points: Floats) -> None:
    """Show a square around points (n, 2) [m], with equal scales."""
    axes.set_aspect('equal')
    axes.set_xlabel('x [m]')
    axes.set_ylabel('y [m]')
    finite = points[np.isfinite(points).all(axis=1)]
    if len(finite):
        low, high = finite.min(axis=0), finite.max(axis=0)
        middle = (low + high) / 2
        half = float((high - low).max()) / 2 + _MARGIN
        axes.set_xlim(middle[0] - half, middle[0] + half)
        axes.set_ylim(middle[1] - half, middle[1] + half)


def _draw_robot(axes: Axes, episode: EpisodeData) -> None:
    within = (episode.motion.time >= 0) & (episode.motion.time <= episode.end)
    time, spots = episode.motion.time[within], episode.motion.pose[within, :2]
    if not len(spots):
        return
    blue = stand_in('robot')
    held = _held(episode, time)
    if held.any():
        lines = np.stack((spots[:-1], spots[1:]), axis=1)[held[:-1]]
        collection = LineCollection(list(lines), colors=stand_in('limited'), linewidths=9)
        collection.set(alpha=0.6, zorder=2.5, capstyle='round')
        axes.add_collection(collection)
    axes.plot(*spots.T, color=blue, linewidth=2.2, zorder=4)
    ticks = np.searchsorted(time, np.arange(_TICK, episode.end, _TICK))
    ticks = ticks[ticks < len(spots)]
    axes.plot(*spots[ticks].T, 'o', color=blue, markersize=3.5, zorder=4.5)
    axes.plot(*spots[0], 'o', markersize=8, markerfacecolor=stand_in('card'), color=blue, zorder=5)
    if episode.outcome != SUCCEEDED:
        axes.plot(*spots[-1], 'x', color=stand_in('bad'), markersize=11, mew=2.5, zorder=6)


def _held(episode: EpisodeData, time: Floats) -> np.ndarray:
    """Whether the safety controller changed or withheld the command, at each time (n,)."""
    safety = episode.safety
    if not len(safety.time):
        return np.zeros(len(time), dtype=bool)
    rows = np.searchsorted(safety.time, time + 1e-6, side='right') - 1
    return (rows >= 0) & (safety.level[rows] >= Level.LIMITED)


def _draw_people(axes: Axes, people: list[People]) -> None:
    walks = _walks(people)
    lines = LineCollection(list(walks.values()), colors=stand_in('person'), linewidths=1.1)
    lines.set(alpha=0.75, zorder=3)
    axes.add_collection(lines)
    if people:
        bodies = [
            Circle(spot, radius)
            for spot, radius in zip(people[-1].positions, people[-1].radii, strict=True)
        ]
        orange = stand_in('person')
        shown = PatchCollection(bodies, facecolor=orange, edgecolor=orange, alpha=0.35, zorder=3)
        axes.add_collection(shown)


def _walks(people: list[People]) -> dict[int, Floats]:
    """Positions (n, 2) of each person over time, by id."""
    walks: dict[int, list[Floats]] = defaultdict(list)
    for moment in people:
        for number, spot in zip(moment.ids, moment.positions, strict=True):
            walks[int(number)].append(spot)
    return {number: np.array(spots) for number, spots in walks.items()}


def _draw_scans(axes: Axes, episode: EpisodeData) -> None:
    """Draw what the laser hit, for worlds that do not tell what stands in them."""
    for scan in episode.scans[:: max(1, len(episode.scans) // _SCANS)]:
        row = int(np.searchsorted(episode.motion.time, scan.time))
        if row < len(episode.motion.time):
            points = scan.points(episode.motion.pose[row])[::3]
            axes.plot(*points.T, ',', color=stand_in('scan'), alpha=0.6, zorder=1)


def _shown(episode: EpisodeData) -> Floats:
    """Points that have to be in the picture."""
    parts = [episode.motion.pose[:, :2]]
    parts += [moment.positions for moment in episode.people]
    if episode.goal is not None:
        parts.append(episode.goal[None])
    return np.concatenate(parts)


def _words(episode: EpisodeData) -> str:
    spots = episode.motion.pose[:, :2]
    if not len(spots):
        return f'Episode {episode.index} from above; the recording holds no odometry.'
    start = f'({spots[0, 0]:.1f}, {spots[0, 1]:.1f})'
    end = f'({spots[-1, 0]:.1f}, {spots[-1, 1]:.1f})'
    people = len({int(number) for moment in episode.people for number in moment.ids})
    return (
        f'Episode {episode.index} from above: the robot drove from {start} to {end} m among '
        f'{people} people and {WORDS[episode.outcome]} after {episode.end:.1f} s.'
    )
