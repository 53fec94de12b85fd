"""The rows of `navigation_summary` as a table for the terminal, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from policy_nodes.evaluation.navigation_summary import Row


def _percent(value: float | None) -> str:
    return '-' if value is None else f'{100 * value:.1f}'


def _decimals(count: int) -> Callable[[float | None], str]:
    return lambda value: '-' if value is None else f'{value:.{count}f}'


def _interval(row: Row) -> str:
    return f'{100 * row["ci95"][0]:.1f} to {100 * row["ci95"][1]:.1f}'


_COLUMNS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ('scenario', lambda row: row['scenario']),
    ('policy', lambda row: row['policy']),
    ('episodes', lambda row: str(row['episodes'])),
    ('success %', lambda row: _percent(row['success'])),
    ('95 %', _interval),
    ('hit person %', lambda row: _percent(row['collision_human'])),
    ('hit obstacle %', lambda row: _percent(row['collision_obstacle'])),
    ('of it walls %', lambda row: _percent(row['collision_wall'])),
    ('timeout %', lambda row: _percent(row['timeout'])),
    ('time s', lambda row: _decimals(1)(row['time_s'])),
    ('path m', lambda row: _decimals(2)(row['path_m'])),
    ('person gap m', lambda row: _decimals(2)(row['person_gap_m'])),
    ('intrusion %', lambda row: _percent(row['intrusion'])),
    ('jerk m/s3', lambda row: _decimals(2)(row['jerk'])),
)
WORD_COLUMNS = 2  # the first columns hold words, the others figures


def headings() -> tuple[str, ...]:
    """Headings of the columns."""
    return tuple(heading for heading, _ in _COLUMNS)


def cells(row: Row) -> tuple[str, ...]:
    """Texts of a row, in the order of `headings`."""
    return tuple(text(row) for _, text in _COLUMNS)


_NARROW: tuple[tuple[str, Callable[[Row], str]], ...] = (
    *_COLUMNS[:2],
    ('n', lambda row: str(row['episodes'])),
    ('success\n%', lambda row: _percent(row['success'])),
    ('95 %', lambda row: '-'.join(f'{100 * bound:.1f}' for bound in row['ci95'])),
    ('hit\nperson', lambda row: _percent(row['collision_human'])),
    ('hit\nobst.', lambda row: _percent(row['collision_obstacle'])),
    ('time-\nout', lambda row: _percent(row['timeout'])),
    ('time\ns', lambda row: _decimals(1)(row['time_s'])),
    ('path\nm', lambda row: _decimals(2)(row['path_m'])),
)


def rich_table(rows: Sequence[Row], title: str = '') -> Table:
    """Lay the most important columns out for a terminal of 80 columns."""
    table = Table(
        title=title or None,
        title_justify='left',
        box=SIMPLE_HEAD,
        padding=0,
        pad_edge=False,
    )
    for column, (heading, _) in enumerate(_NARROW):
        side: JustifyMethod = 'left' if column < WORD_COLUMNS else 'right'
        table.add_column(heading, justify=side, vertical='bottom', no_wrap=True)
    for row in rows:
        # names come from outside; rich would read brackets in them as markup
        table.add_row(*(Text(text(row)) for _, text in _NARROW))
    return table


def markdown_table(rows: Sequence[Row]) -> str:
    """Write the rows as a Markdown table."""
    rules = ('---' if column < WORD_COLUMNS else '---:' for column in range(len(_COLUMNS)))
    lines = [headings(), tuple(rules)]
    lines += [tuple(text.replace('|', '\\|') for text in cells(row)) for row in rows]
    return ''.join(f'| {" | ".join(line)} |\n' for line in lines)


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """Write ``{"rows": [...]}`` as JSON; what is not known is null."""
    text = json.dumps({'rows': list(rows)}, indent=1, allow_nan=False)
    path.write_text(f'{text}\n', encoding='utf-8')
