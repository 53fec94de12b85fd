"""Drives what `policy-stack eval turtlebot` was asked for, and tells what came out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from policy_nodes.commands.evaluation_drive import cores, deaf, drive
from policy_nodes.commands.evaluation_plan import Plan
from policy_nodes.commands.evaluation_progress import EvaluationProgress
from policy_nodes.evaluation.block_driver import BlockDriver
from policy_nodes.evaluation.comparison import Comparison
from policy_nodes.evaluation.comparison_file import write_comparison
from policy_nodes.evaluation.crowd_scenarios import RECORDED
from policy_nodes.evaluation.episode_blocks import blocks_of
from policy_nodes.evaluation.tables import rich_table

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
    setup = plan.setup
    comparison = Comparison(setup, plan.entries, plan.checkpoints)
    one_a_core = cores() if setup.device == 'cpu' else 1
    progress = EvaluationProgress(plan.entries, setup.episodes, console)
    blocks = blocks_of(plan.entries, setup)
    make_driver = partial(BlockDriver, setup)
    end = drive(make_driver, blocks, workers or one_a_core, comparison.add, progress)
    with deaf():  # a second Ctrl-C must not cut a file in two
        _tell(comparison, json, html, console, end.early)
    return end.status


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
    told = f'through the whole robot: sensors, people tracker, policy, {rest} safety controller'
    return f'{told}; people by a lidar of 16 beams' if setup.through == 'lidar' else told


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
