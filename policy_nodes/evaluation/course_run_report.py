"""Writes the page and the film of a run of legs over courses."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from policy_nodes.evaluation.barkour_courses import course_of
from policy_nodes.evaluation.course_film import write_course_film
from policy_nodes.evaluation.course_frame import FilmedEpisode
from policy_nodes.evaluation.course_score import CourseScore
from policy_nodes.evaluation.leg_recording import LegRecord, read_legs
from policy_nodes.evaluation.report.course_run_page import MOST_EPISODES, course_run_page
from policy_nodes.evaluation.run_course import COURSE_ENDS
from policy_nodes.evaluation.run_files import ANIMATION_FILE, REPORT_FILE, write_text
from policy_nodes.evaluation.run_folder import Run, RunEpisode


def write_course_run(folder: Path, run: Run, summary: dict[str, Any]) -> tuple[Path, Path | None]:
    """Write the page of a run into its folder, and the film beside it.

    Args:
        folder: of the run.
        run: what happened.
        summary: its figures.

    Returns:
        The page; the film, None where there was nothing to show.

    Raises:
        OSError: the folder cannot be written.
    """
    legs = {
        each.index: read_legs(each.data.path, each.data.zero_ns)
        for each in run.episodes[:MOST_EPISODES]
        if each.data is not None
    }
    filmed = [_filmed(each, legs[each.index]) for each in run.episodes if each.index in legs]
    film = folder / ANIMATION_FILE
    last = write_course_film([each for each in filmed if each is not None], film)
    moving = still = None
    if last is not None:
        stream = io.BytesIO()
        last.save(stream, format='PNG', optimize=True)
        moving, still = film.read_bytes(), stream.getvalue()
    page = folder / REPORT_FILE
    write_text(page, course_run_page(run, summary, moving, still, legs))
    return page, film if last is not None else None


def _filmed(episode: RunEpisode, legs: LegRecord) -> FilmedEpisode | None:
    """What is drawn of an episode; None on ground that is no course."""
    data, score = episode.data, episode.score
    assert data is not None
    scored = score if isinstance(score, CourseScore) else None
    try:
        course = course_of(scored.course if scored is not None else data.scenario)
    except ValueError:
        return None
    words = COURSE_ENDS.get(episode.outcome, episode.outcome)
    if scored is not None:
        words += f', score {scored.score:.3f}'
    return FilmedEpisode(
        index=episode.index,
        outcome=episode.outcome,
        words=words,
        end=data.end,
        course=course,
        legs=legs,
        touched=scored.touched if scored is not None else (),
    )
