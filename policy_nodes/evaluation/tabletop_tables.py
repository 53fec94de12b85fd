"""The rows of `tabletop_summary` as tables for the terminal, policies side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from policy_nodes.evaluation.tabletop_conditions import USUAL
from policy_nodes.evaluation.tabletop_summary import GROUPS, Row

Cell = Callable[[Row], str]
MISSING = '-'
CONDITION = 'condition'


class Titled(NamedTuple):
    """A table under its title, which may be wider."""

    title: str
    table: Table


def percent(value: float | None, interval: Sequence[float] | None = None) -> str:
    """Write a share in per cent, with its interval in brackets."""
    if value is None:
        return MISSING
    if interval is None:
        return f'{100 * value:.1f}'
    return f'{100 * value:.1f} ({100 * interval[0]:.1f} to {100 * interval[1]:.1f})'


def success(row: Row) -> str:
    """Success with its interval."""
    return percent(row['success'], row['ci95'])


def first_choice(row: Row) -> str:
    """First choices that were right, with their interval."""
    return percent(row['first_choice'], row['first_choice_ci95'])


def lost(row: Row) -> str:
    """Success as usual; under another condition, what it loses against that, with its interval."""
    if row['condition'] == USUAL:
        return percent(row['success'])
    return percent(row.get('drop'), row.get('drop_ci95'))


def effort(row: Row) -> str:
    """Key poses of an episode, and the times of inference."""
    poses = MISSING if row['steps'] is None else f'{row["steps"]:.1f}'
    if row['infer_ms_p50'] is None:
        return f'{poses}; {MISSING}'
    return f'{poses}; {row["infer_ms_p50"]:.0f} / {row["infer_ms_p99"]:.0f}'


def success_table(rows: Sequence[Row]) -> Titled:
    """Success of every task and group as usual."""
    lead = {'n': lambda row: str(row['episodes'])}
    return _table('success, 95 % interval [%]', _usual(rows), success, lead=lead)


def choice_table(rows: Sequence[Row]) -> Titled | None:
    """First choices of the tasks that need memory; None without such a task."""
    memory = [row for row in _usual(rows) if row['chance'] is not None]
    lead = {'chance': lambda row: percent(row['chance'])}
    title = 'first choice right, 95 % interval [%]'
    return _table(title, memory, first_choice, lead=lead) if memory else None


def effort_table(rows: Sequence[Row]) -> Titled:
    """Key poses of an episode and times of inference as usual."""
    return _table('key poses; inference p50 / p99 [ms]', _usual(rows), effort)


def robustness_table(rows: Sequence[Row]) -> Titled | None:
    """Success under every condition and what it lost; None if there is only the usual one.

    Groups stand for their tasks.
    """
    if all(row['condition'] == USUAL for row in rows):
        return None
    whole = {row['task'] for row in rows if row['task'] in GROUPS}
    within = {task for name in whole for task in GROUPS[name]}
    shown = [row for row in rows if row['task'] not in within]
    order = list(dict.fromkeys(row['task'] for row in shown))
    shown.sort(key=lambda row: order.index(row['task']))
    title = 'success as usual, and what it loses under each condition, 95 % interval [%]'
    return _table(title, shown, lost, lead={CONDITION: lambda row: row['condition']})


def tables(rows: Sequence[Row]) -> list[Titled]:
    """Every table that has something to say."""
    found = (success_table(rows), choice_table(rows), effort_table(rows), robustness_table(rows))
    return [table for table in found if table is not None]


def _usual(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row['condition'] == USUAL]


def _table(
    title: str, rows: Sequence[Row], cell: Cell, *, lead: Mapping[str, Cell] | None = None
) -> Titled:
    """A line for each task and condition, a column for each policy."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    policies = list(dict.fromkeys(row['policy'] for row in rows))
    table.add_column('task', vertical='bottom', no_wrap=True)
    for heading in lead or ():
        side: JustifyMethod = 'left' if heading == CONDITION else 'right'
        table.add_column(heading, justify=side, vertical='bottom', no_wrap=True)
    for policy in policies:
        table.add_column(Text(policy), justify='right', vertical='bottom', overflow='fold')
    lines: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        lines.setdefault((row['task'], row['condition']), {})[row['policy']] = row
    before = ''
    for (task, _), found in lines.items():
        first = next(iter(found.values()))
        if before and (task in GROUPS) != (before in GROUPS):
            table.add_section()
        before = task
        texts = [cell(found[policy]) if policy in found else MISSING for policy in policies]
        given = [write(first) for write in (lead or {}).values()]
        table.add_row(*map(Text, (task, *given, *texts)))
    return Titled(title, table)
