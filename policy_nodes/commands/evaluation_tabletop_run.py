"""Drives what `policy-stack eval panda` was asked for, and tells what came out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from rich.console import Console

from policy_nodes.commands.evaluation_drive import cores, deaf, drive
from policy_nodes.commands.evaluation_progress import EvaluationProgress
from policy_nodes.commands.evaluation_tabletop_plan import TabletopPlan
from policy_nodes.evaluation.tabletop_blocks import blocks_of
from policy_nodes.evaluation.tabletop_comparison import TabletopComparison, write_comparison
from policy_nodes.evaluation.tabletop_driver import ROBOT, TabletopDriver
from policy_nodes.evaluation.tabletop_tables import tables

NAMED = 5  # at most, of those that are missing
THROUGH = {
    'policy': 'key poses are gone to by the planner, without safety controller',
    'robot': 'key poses are gone to by the planner, with the safety controller',
}


def run_tabletop_plan(
    plan: TabletopPlan,
    workers: int | None,
    json: Path | None,
    html: Path | None,
    console: Console,
) -> int:
    """Drive a plan, print its tables and write its files.

    Args:
        plan: what to drive.
        workers: processes; None for one a core.
        json: file for the figures.
        html: file for the page.
        console: to print on.

    Returns:
        The exit status.
    """
    comparison = TabletopComparison(plan.setup, plan.entries, plan.checkpoints)
    blocks = blocks_of(plan.entries, plan.setup, recorded=html is not None)
    progress = EvaluationProgress(plan.entries, comparison.asked, console)
    make_driver = partial(TabletopDriver, plan.setup)
    end = drive(make_driver, blocks, workers or cores(), comparison.add, progress)
    with deaf():  # a second Ctrl-C must not cut a file in two
        _tell(comparison, json, html, console, end.early)
    return end.status


def _tell(
    comparison: TabletopComparison,
    json: Path | None,
    html: Path | None,
    console: Console,
    ended: str,
) -> None:
    """Print the tables and write the files."""
    setup, rows = comparison.setup, comparison.rows()
    if rows:
        seeds = ', '.join(map(str, setup.seeds))
        told = f'{ROBOT}, seeds {seeds}: {THROUGH[setup.through]}'
        console.print(f'\n{told}\n', highlight=False)
        for title, table in tables(rows):
            console.print(title, markup=False, highlight=False)
            console.print(table)
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
        from policy_nodes.evaluation.report.task_evaluation_page import write_task_page

        words = THROUGH[setup.through]
        note = ' '.join((f'{words[0].upper()}{words[1:]}.', *remarks))
        write_task_page(rows, html, comparison.records(), seeds=setup.seeds, note=note)
        console.print(f'page: {html}', markup=False, highlight=False)


def _remarks(comparison: TabletopComparison) -> list[str]:
    remarks = [
        f'{entry.title}: {comparison.count(entry)} of {comparison.asked} episodes.'
        for entry in comparison.short
    ]
    missing = [entry.title for entry in comparison.missing]
    if missing:
        more = f'; and {len(missing) - NAMED} more' if len(missing) > NAMED else ''
        remarks.append(f'Nothing of {"; ".join(missing[:NAMED])}{more}.')
    return remarks
