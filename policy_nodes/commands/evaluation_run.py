"""Drives what `policy-stack eval` was asked for, and tells what came out."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console

from policy_nodes.commands.evaluation_plan import Plan
from policy_nodes.commands.evaluation_progress import EvaluationProgress
from policy_nodes.evaluation.comparison import Comparison
from policy_nodes.evaluation.comparison_file import write_comparison
from policy_nodes.evaluation.crowd_scenarios import RECORDED
from policy_nodes.evaluation.episode_blocks import blocks_of
from policy_nodes.evaluation.tables import rich_table
from policy_nodes.evaluation.workers import Finished, WorkerError, Workers

INTERRUPTED, FAILED = 130, 1  # exit status
NOT_REACTING = 'Recorded people do not react to the robot.'


def run_plan(
    plan: Plan, workers: int | None, json: Path | None, html: Path | None, console: Console
) -> int:
    """Drive a plan, print its table and write its files.

    Args:
        plan: what to drive.
        workers: processes; None for one a core.
        json: file for the figures.
        html: file for the page.
        console: to print on.

    Returns:
        The exit status.
    """
    comparison = Comparison(plan.setup, plan.entries, plan.checkpoints)
    status, ended = 0, ''
    try:
        _drive(plan, comparison, workers, console)
    except KeyboardInterrupt:
        status, ended = INTERRUPTED, 'interrupted'
    except WorkerError as error:
        status, ended = FAILED, str(error)
    with _deaf():  # a second Ctrl-C must not cut a file in two
        _tell(comparison, json, html, console, ended)
    return status


def _drive(plan: Plan, comparison: Comparison, workers: int | None, console: Console) -> None:
    blocks = blocks_of(plan.entries, plan.setup)
    count = min(workers or _cores(plan.setup.device), len(blocks))
    with (
        _terminated_like_interrupted(),
        EvaluationProgress(plan.entries, plan.setup.episodes, console) as progress,
        Workers(plan.setup, count) as pool,
    ):
        for event in pool.run(blocks):
            if isinstance(event, Finished):
                comparison.add(event.block, event.result)
                progress.finish(event.block)
            else:
                progress.advance(event)


def _cores(device: str) -> int:
    return len(os.sched_getaffinity(0)) if device == 'cpu' else 1


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM end the comparison as Ctrl-C does."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _deaf() -> Iterator[None]:
    """Ignore Ctrl-C for a moment."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(
    comparison: Comparison, json: Path | None, html: Path | None, console: Console, ended: str
) -> None:
    """Print the table and write the files."""
    setup, rows = comparison.setup, comparison.rows()
    if rows:
        console.print(f'\nturtlebot, seed {setup.seed}, {_words(comparison)}\n', highlight=False)
        console.print(rich_table(rows))
    remarks = _remarks(comparison)
    if ended:
        remarks.insert(0, f'Ended early: {ended}. Only complete episodes count.')
    for remark in remarks:
        console.print(remark, style='yellow', markup=False, highlight=False)
    if json is not None:
        write_comparison(comparison, json)
        console.print(f'figures: {json}', markup=False, highlight=False)
    if html is not None:
        # matplotlib takes a while to come
        from policy_nodes.evaluation.report.evaluation_page import write_evaluation_page

        words = _words(comparison)
        note = ' '.join((f'{words[0].upper()}{words[1:]}.', *remarks))
        write_evaluation_page(rows, html, comparison.traces(), note)
        console.print(f'page: {html}', markup=False, highlight=False)


def _words(comparison: Comparison) -> str:
    setup = comparison.setup
    if setup.through == 'policy':
        return 'through the policy alone: it sees the people and the laser of the world'
    rest = 'with' if setup.safety else 'without'
    return f'through the whole robot: sensors, people tracker, policy, {rest} safety controller'


def _remarks(comparison: Comparison) -> list[str]:
    remarks = []
    short = [row for row in comparison.rows() if not row['complete']]
    remarks += [
        f'{row["policy"]} in {row["scenario"]}: {row["episodes"]} of '
        f'{comparison.setup.episodes} episodes.'
        for row in short
    ]
    if comparison.missing:
        remarks.append(f'Nothing of {_list(comparison.missing)}.')
    if any(entry.scenario == RECORDED for entry in comparison.entries):
        remarks.append(NOT_REACTING)
    return remarks


def _list(pairs: Sequence[tuple[str, str]]) -> str:
    return ', '.join(f'{policy} in {scenario}' for policy, scenario in pairs)
