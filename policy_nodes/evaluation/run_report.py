"""Writes what is left of a run: summary.json, report.html and animation.gif."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from policy_nodes.evaluation.animation import write_animation
from policy_nodes.evaluation.course_run_report import write_course_run
from policy_nodes.evaluation.outcomes import WORDS
from policy_nodes.evaluation.report.manipulation_page import write_manipulation_page
from policy_nodes.evaluation.report.run_page import run_page
from policy_nodes.evaluation.report.words import MISSING, decimal, percent, spread
from policy_nodes.evaluation.run_course import COURSE_ROBOT, course_table
from policy_nodes.evaluation.run_files import (
    ANIMATION_FILE,
    REPORT_FILE,
    SUMMARY_FILE,
    write_text,
)
from policy_nodes.evaluation.run_folder import read_run
from policy_nodes.evaluation.run_manipulation import ROBOT, manipulation_table
from policy_nodes.evaluation.run_summary import summarise


@dataclass(frozen=True)
class RunReport:
    """What was written.

    Attributes:
        summary: the figures, as in summary.json.
        page: report.html.
        animation: animation.gif; None where there was nothing to show.
    """

    summary: dict[str, Any]
    page: Path
    animation: Path | None


def write_run_report(folder: Path) -> RunReport:
    """Read a run and write its report beside it.

    Args:
        folder: of the run, with run.json or recordings in it.

    Raises:
        RunError: the folder holds no run.
        OSError: the folder cannot be written.
    """
    run = read_run(folder)
    summary = summarise(run)
    write_text(folder / SUMMARY_FILE, json.dumps(summary, indent=1, allow_nan=False) + '\n')
    animation = folder / ANIMATION_FILE
    if run.info.robot == ROBOT:
        page = write_manipulation_page(folder, run.info, summary)
        return RunReport(summary, page, animation if animation.exists() else None)
    if run.info.robot == COURSE_ROBOT:
        page, film = write_course_run(folder, run, summary)
        return RunReport(summary, page, film)
    recorded = [each.data for each in run.episodes if each.data is not None]
    last = write_animation(recorded, run.info.robot_radius_m, animation)
    moving = still = None
    if last is not None:
        stream = io.BytesIO()
        last.save(stream, format='PNG', optimize=True)
        moving, still = animation.read_bytes(), stream.getvalue()
    page = folder / REPORT_FILE
    write_text(page, run_page(run, summary, moving, still))
    return RunReport(summary, page, animation if last is not None else None)


def run_table(summary: dict[str, Any]) -> Table:
    """Lay the episodes of a summary out for the terminal."""
    if summary['run']['robot'] == ROBOT:
        return manipulation_table(summary)
    if summary['run']['robot'] == COURSE_ROBOT:
        return course_table(summary)
    totals = summary['totals']
    low, high = totals['success_ci95']
    title = (
        f'{totals["succeeded"]} of {totals["episodes"]} reached the goal '
        f'(95 %: {100 * low:.0f} to {100 * high:.0f} %)'
    )
    table = Table(title=title, title_justify='left', box=SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column('episode', justify='right', vertical='bottom')
    table.add_column(' outcome', vertical='bottom', no_wrap=True)
    for heading in (
        'time\ns',
        'path\nm',
        'person\ngap m',
        'intru-\nsion',
        'command\nms',
        'missed',
    ):
        table.add_column(heading, justify='right', vertical='bottom', no_wrap=True)
    for episode in summary['episodes']:
        table.add_row(
            str(episode['index']),
            Text(f' {WORDS[episode["outcome"]]}'),
            decimal(episode.get('time_s', episode.get('recorded_s')), 1),
            decimal(episode.get('path_m')),
            decimal(episode.get('person_gap_m')),
            percent(episode.get('intrusion')),
            spread(episode.get('command_latency_ms')),
            str(episode.get('missed_steps', MISSING)),
        )
    return table
