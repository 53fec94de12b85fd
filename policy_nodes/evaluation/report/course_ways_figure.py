"""The picture of the ways of several runs over one course from above."""

from __future__ import annotations

from collections.abc import Sequence

from policy_nodes.evaluation.course_blocks import CourseResult
from policy_nodes.evaluation.outcomes import FALLEN, SUCCEEDED
from policy_nodes.evaluation.report.course_figure import draw_course
from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import stand_in
from policy_nodes.simulation.barkour.course import Course

SIZE = 460


def course_ways_figure(course: Course, runs: Sequence[CourseResult], name: str) -> str:
    """Draw the way of every run that kept one; a cross marks where one fell or ended.

    Args:
        course: that was run.
        runs: over it.
        name: of the figure, unique within the page.
    """
    with drawing(SIZE, SIZE) as figure:
        axes = figure.add_subplot()
        draw_course(axes, course)
        for run in runs:
            if run.track is None:
                continue
            colour = stand_in('robot')
            axes.plot(run.track[:, 1], run.track[:, 2], color=colour, linewidth=0.8, alpha=0.6)
            if run.score.outcome != SUCCEEDED:
                axes.plot(*run.track[-1, 1:], 'x', color=stand_in('bad'), markersize=7, mew=2.0)
        ended = [run.score.outcome for run in runs if run.track is not None]
        return svg(
            figure,
            name,
            f'The ways of {len(ended)} runs over the course from above; '
            f'{ended.count(SUCCEEDED)} arrived, {ended.count(FALLEN)} fell.',
        )
