"""Figures of a replay as words, the same in the terminal and on the page."""

from __future__ import annotations

from policy_nodes.evaluation.replay.measures import AT_LEAST, MARKS, WindowFigures
from policy_nodes.evaluation.report import words

NAMES = {
    'time_to_stop_s': 'Time to stop',
    'held_share': 'Held in danger',
    'time_to_resume_s': 'Time to resume',
    'false_stop_share': 'False stops',
}
WINDOW_HEADINGS = (
    'from s',
    'to s',
    'to stop s',
    'held %',
    'on HOLD %',
    'to resume s',
    'asked %',
)


def value_text(name: str, value: float | None) -> str:
    """Write one of the four figures."""
    if value is None:
        return words.MISSING
    if name.endswith('_share'):
        return f'{100 * value:.1f} %'
    return words.decimal(value, 2, 's')


def mark_text(name: str, met: bool | None) -> str:
    """Write the mark of one of the four figures, and whether it is met."""
    bound = 'at least' if name in AT_LEAST else 'at most'
    judged = {True: 'met', False: 'missed', None: 'nothing to judge'}[met]
    return f'mark: {bound} {value_text(name, MARKS[name])}, {judged}'


def window_cells(row: WindowFigures) -> tuple[str, ...]:
    """Write the figures of a window."""
    return (
        f'{row.begin_s:.2f}',
        f'{row.end_s:.2f}',
        words.decimal(row.time_to_stop_s),
        f'{100 * row.held_share:.0f}',
        f'{100 * row.hold_share:.0f}',
        words.decimal(row.time_to_resume_s),
        f'{100 * row.asked_share:.0f}',
    )
