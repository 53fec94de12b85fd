"""Drives what `policy-stack eval barkour` was asked for, and tells what came out."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from pathlib import Path

from rich.console import Console

from policy_nodes.commands.evaluation_barkour_plan import CoursePlan
from policy_nodes.commands.evaluation_drive import End, cores, deaf, drive
from policy_nodes.commands.evaluation_progress import EvaluationProgress
from policy_nodes.evaluation.course_blocks import CourseBlock, CourseEntry, blocks_of
from policy_nodes.evaluation.course_comparison import CourseComparison, write_comparison
from policy_nodes.evaluation.course_driver import CourseDriver
from policy_nodes.evaluation.course_tables import course_table, tracking_table
from policy_nodes.evaluation.guarded_legs import ROBOT
from policy_nodes.evaluation.leg_tracking import (
    LINEAR,
    TURNING,
    TrackingDriver,
    TrackingResult,
    tracking_rows,
    write_tracking,
)

THROUGH = {
    'policy': 'targets go to the drives, without safety controller',
    'robot': 'targets go through the safety controller',
}


def run_course_plan(
    plan: CoursePlan, workers: int | None, json: Path | None, html: Path | None, console: Console
) -> int:
    """Drive a plan, print its table and write its files.

    Args:
        plan: what to drive.
        workers: processes; None for one a core.
        json: file for the figures.
        html: file for the page; not of commands on flat ground.
        console: to print on.

    Returns:
        The exit status.
    """
    progress = EvaluationProgress(plan.entries, plan.setup.runs, console)
    blocks = blocks_of(plan.entries, plan.setup, drawn=html is not None)
    count = workers or cores()
    if plan.tracking:
        tracked: dict[CourseEntry, dict[int, TrackingResult]] = defaultdict(dict)

        def take(block: CourseBlock, result: TrackingResult) -> None:
            tracked[block.entry][block.index] = result

        end = drive(partial(TrackingDriver, plan.setup), blocks, count, take, progress)
        with deaf():  # a second Ctrl-C must not cut a file in two
            _tell_tracking(plan, tracked, json, console, end)
        return end.status
    comparison = CourseComparison(plan.setup, plan.entries, plan.checkpoints)
    end = drive(partial(CourseDriver, plan.setup), blocks, count, comparison.add, progress)
    with deaf():
        _tell(comparison, json, html, console, end)
    return end.status


def _tell(
    comparison: CourseComparison, json: Path | None, html: Path | None, console: Console, end: End
) -> None:
    """Print the table and write the files."""
    setup, rows = comparison.setup, comparison.rows()
    words = f'conditions {setup.conditions}; {THROUGH[setup.through]}'
    if rows:
        console.print(f'\n{ROBOT}, seed {setup.seed}, {words}\n', highlight=False)
        console.print(course_table(rows))
    remarks = [
        f'{entry.title}: {comparison.count(entry)} of {setup.runs} runs.'
        for entry in comparison.short
    ]
    _remark(remarks, end, console)
    if json is not None:
        write_comparison(comparison, json)
        console.print(f'figures: {json}', markup=False, highlight=False)
    if html is not None:
        # matplotlib takes a while to come
        from policy_nodes.evaluation.report.course_evaluation_page import (
            write_course_evaluation_page,
        )

        note = ' '.join((f'{words[0].upper()}{words[1:]}.', *remarks))
        write_course_evaluation_page(rows, comparison.results, html, note)
        console.print(f'page: {html}', markup=False, highlight=False)


def _tell_tracking(
    plan: CoursePlan,
    tracked: dict[CourseEntry, dict[int, TrackingResult]],
    json: Path | None,
    console: Console,
    end: End,
) -> None:
    """Print the table and write the file."""
    found = {
        entry: dict(sorted(tracked[entry].items())) for entry in plan.entries if entry in tracked
    }
    rows, setup = tracking_rows(found), plan.setup
    if rows:
        told = (
            f'{ROBOT}, seed {setup.seed}, conditions {setup.conditions}: commands on flat ground; '
            f'within are those with errors below {LINEAR:g} m/s and {TURNING:g} rad/s'
        )
        console.print(f'\n{told}\n', highlight=False)
        console.print(tracking_table(rows))
    short = [entry for entry in plan.entries if len(found.get(entry, {})) < setup.runs]
    remarks = [
        f'{entry.title}: {len(found.get(entry, {}))} of {setup.runs} commands.' for entry in short
    ]
    _remark(remarks, end, console)
    if json is not None:
        write_tracking(rows, setup, plan.checkpoints, json)
        console.print(f'figures: {json}', markup=False, highlight=False)


def _remark(remarks: list[str], end: End, console: Console) -> None:
    """Print what a reader has to know; a run that was cut short says so first."""
    if end.early:
        remarks.insert(0, f'Ended early: {end.early}. Only complete runs count.')
    for remark in remarks:
        console.print(remark, style='yellow', markup=False, highlight=False)
