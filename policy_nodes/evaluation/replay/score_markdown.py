"""Scored bags as Markdown, for pull requests and wikis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from policy_nodes.evaluation.replay import score_words as told


def score_markdown(summary: Mapping[str, Any]) -> str:
    """Write the tables of a summary."""
    lines = [f'# Replay: {_escaped(told.heading(summary))}', '']
    thresholds = [
        ('kept' if each['kept'] else '**missed**', each['policy'], each['figure'],
         '-' if each['value'] is None else f'{each["value"]:.4g}', each['bound'])
        for each in summary.get('thresholds', ())
    ]  # fmt: skip
    lines += _table('Thresholds', ('', 'policy', 'figure', 'found', 'bound'), thresholds)
    names = [entry['policy'] for entry in told.answering(summary)]
    if names:
        rows = told.figure_rows(summary)
        lines += _table('Answers against what was recorded', ('', *names), rows)
    heading = ('policy', '', f'more than {summary["baseline"]}', '')
    lines += _table('Against the baseline', heading, told.difference_rows(summary))
    lines += _table('Safety controller', told.SAFETY_HEADINGS, told.safety_rows(summary))
    safe = [entry['policy'] for entry in summary['policies'] if entry['safety'] is not None]
    lines += _table('Interventions', ('reason', *safe), told.reason_rows(summary))
    lines += _table(
        'Measured on this machine', told.MEASURED_HEADINGS, told.measured_rows(summary)
    )
    lines += _table('Bags', told.BAG_HEADINGS, told.bag_rows(summary['runs']))
    notes = told.notes_of(summary)
    if notes:
        lines += ['## Notes', '', *(f'- {_escaped(note)}' for note in notes), '']
    return '\n'.join(lines)


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    body = [_row(row) for row in rows]
    if not body:
        return []
    rule = _row(['---'] * len(headings))
    return [f'## {title}', '', _row(headings), rule, *body, '']


def _row(cells: Sequence[str]) -> str:
    return '| ' + ' | '.join(_escaped(each) for each in cells) + ' |'


def _escaped(text: str) -> str:
    """Keep names from outside from being markup; ** of our own stays."""
    kept = text.replace('\\', '\\\\').replace('|', '\\|').replace('<', '&lt;')
    return ' '.join(kept.split())
