"""The rows of `course_summary` and of `leg_tracking` as tables for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from policy_nodes.evaluation.course_summary import PAPER, Row

MISSING = '-'
USUAL = 'usual'  # solver
Cell = Callable[[Row], str]


def decimals(value: float | None, places: int) -> str:
    """Write a number."""
    return MISSING if value is None else f'{value:.{places}f}'


def interval(bounds: Sequence[float] | None, places: int = 3, between: str = ' to ') -> str:
    """Write an interval."""
    if bounds is None:
        return MISSING
    return between.join(f'{bound:.{places}f}' for bound in bounds)


def course_of(row: Row) -> str:
    """Name the course of a row, and the solver where it is not the usual one."""
    return str(row['course']) if row['solver'] == USUAL else f'{row["course"]}, {row["solver"]}'


COURSE: tuple[tuple[str, Cell], ...] = (
    ('policy', lambda row: str(row['policy'])),
    (' course', lambda row: f' {course_of(row)}'),
    ('n', lambda row: str(row['runs'])),
    ('score', lambda row: decimals(row['score_mean'], 3)),
    ('95 %', lambda row: interval(row['ci95'], between='-')),
    ('best', lambda row: decimals(row['score_best'], 3)),
    ('falls', lambda row: str(row['falls'])),
    ('time\ns', lambda row: decimals(row['time_s'], 1)),
    ('lost', lambda row: decimals(row['lost'], 3)),
)
WORDS = 2  # the first columns hold words, the others figures
TRACKING: tuple[tuple[str, Cell], ...] = (
    ('policy', lambda row: str(row['policy'])),
    (' solver', lambda row: f' {row["solver"]}'),
    ('n', lambda row: str(row['runs'])),
    ('linear\nm/s', lambda row: decimals(row['linear_error'], 3)),
    ('worst', lambda row: decimals(row['linear_worst'], 3)),
    ('turning\nrad/s', lambda row: decimals(row['turning_error'], 3)),
    ('worst', lambda row: decimals(row['turning_worst'], 3)),
    ('within\n%', lambda row: decimals(100 * row['within'], 0)),
    ('falls', lambda row: str(row['falls'])),
)


def course_table(rows: Sequence[Row]) -> Table:
    """Policies over courses, and what is published of hardware."""
    table = _table(rows, COURSE, WORDS)
    for policy, figures in PAPER.items():
        cells = ['paper', f' hardware, {policy}', str(figures['runs'])]
        cells += [decimals(figures['score_mean'], 2), '', decimals(figures['score_best'], 2)]
        table.add_row(*map(Text, [*cells, str(figures['falls'])]), style='dim')
    return table


def tracking_table(rows: Sequence[Row]) -> Table:
    """How well commands are followed on flat ground."""
    return _table(rows, TRACKING, 2)


def _table(rows: Sequence[Row], columns: Sequence[tuple[str, Cell]], words: int) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False)
    for number, (heading, _) in enumerate(columns):
        side: JustifyMethod = 'left' if number < words else 'right'
        table.add_column(heading, justify=side, vertical='bottom', no_wrap=True)
    for row in rows:
        # names come from outside; rich would read brackets in them as markup
        table.add_row(*(Text(text(row)) for _, text in columns))
    return table
