"""The picture of a run over the course from above: obstacles, gates with times, path."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Polygon

from policy_nodes.evaluation.barkour_score import BarkourResult
from policy_nodes.evaluation.episode_streams import Floats
from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import stand_in
from policy_nodes.simulation.barkour.course import (
    FIELD,
    JUMP_LENGTH,
    JUMP_WIDTH,
    TABLE,
    Course,
    Obstacle,
    Place,
)

SIZE = 620
_MARGIN = 0.25  # round the field [m]
_POLE = 0.04  # radius as drawn [m]
# as in simulation/barkour/course_model.py, which needs a physics engine and this does not
RAMP_SIZE = (2.6, 1.0)  # length and width on the floor [m]
_FOOTPRINTS = {
    'start_table': (TABLE, TABLE),
    'a_frame': RAMP_SIZE,
    'broad_jump': (JUMP_LENGTH, JUMP_WIDTH),
    'end_table': (TABLE, TABLE),
}


def course_figure(course: Course, samples: Floats, result: BarkourResult, name: str) -> str:
    """Draw a run.

    Args:
        course: that was run.
        samples: (n, 3) time [s], x, y [m].
        result: what the run was worth.
        name: of the figure, unique within the page.
    """
    with drawing(SIZE, SIZE) as figure:
        axes = figure.add_subplot()
        draw_course(axes, course)
        _draw_path(axes, samples, result)
        _draw_gates(axes, course, result)
        return svg(figure, name, _words(result))


def draw_course(axes: Axes, course: Course) -> None:
    """Draw the obstacles of a course from above, and let the axes show its field."""
    for obstacle in course.obstacles:
        _draw_obstacle(axes, obstacle)
    axes.set_aspect('equal')
    axes.set_xlim(-_MARGIN, FIELD + _MARGIN)
    axes.set_ylim(-FIELD - _MARGIN, _MARGIN)
    axes.set_xlabel('x [m]')
    axes.set_ylabel('y [m]')


def _draw_obstacle(axes: Axes, obstacle: Obstacle) -> None:
    solid = stand_in('solid')
    if obstacle.kind == 'weave_poles':
        for pole in obstacle.poles:
            axes.add_patch(Circle(pole, _POLE, facecolor=stand_in('ink'), zorder=4))
        return
    length, width = _FOOTPRINTS[obstacle.kind]
    corners = _corners(obstacle.place, length, width)
    axes.add_patch(Polygon(corners, facecolor=solid, edgecolor='none', alpha=0.55, zorder=1))
    if obstacle.kind == 'a_frame':
        ridge = [obstacle.place.at(0.0, side * width / 2) for side in (1.0, -1.0)]
        axes.plot(*np.array(ridge).T, color=solid, linewidth=2.0, zorder=1.5)


def _corners(place: Place, length: float, width: float) -> list[tuple[float, float]]:
    return [
        place.at(ahead * length / 2, left * width / 2)
        for ahead, left in ((1, 1), (1, -1), (-1, -1), (-1, 1))
    ]


def _draw_path(axes: Axes, samples: Floats, result: BarkourResult) -> None:
    """The scored part in full, what was before and after it thin."""
    time = samples[:, 0] - samples[0, 0] - result.start_s
    scored = (time >= 0) & (time <= result.time_s)
    axes.plot(samples[:, 1], samples[:, 2], color=stand_in('proposed'), linewidth=0.9, zorder=2)
    axes.plot(
        samples[scored, 1], samples[scored, 2], color=stand_in('robot'), linewidth=2.2, zorder=3
    )
    if not result.finished:
        axes.plot(*samples[-1, 1:], 'x', color=stand_in('bad'), markersize=11, mew=2.5, zorder=6)


def _draw_gates(axes: Axes, course: Course, result: BarkourResult) -> None:
    page = stand_in('page')
    times = {(each.obstacle, each.gate): each.at - result.start_s for each in result.passes}
    for obstacle in course.obstacles:
        for number, gate in enumerate(obstacle.gates):
            at = times.get((obstacle.kind, number))
            colour = stand_in('bad' if at is None else 'goal')
            style = (0, (2, 2)) if at is None else '-'
            ends = np.array([gate.left, gate.right])
            axes.plot(*ends.T, color=colour, linewidth=1.4, linestyle=style, zorder=2.5)
            axes.annotate(
                'missed' if at is None else f'{at:.1f} s',
                ends.mean(axis=0),
                ha='center',
                va='center',
                fontsize=8.5,
                color=colour,
                zorder=5,
                bbox={'boxstyle': 'square,pad=0.1', 'facecolor': page, 'linewidth': 0},
            )


def _words(result: BarkourResult) -> str:
    told = f'{len(result.passes)} of {result.gates} gates were passed'
    end = 'it stayed on the end table' if result.finished else 'it did not stay on the end table'
    return (
        f'The course from above with the path of the base: {told} in {result.time_s:.1f} s, '
        f'{end}; the score is {result.score:.3f}.'
    )
