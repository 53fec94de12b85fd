"""What a report says about the safety controller: every reason that set in, and what it means."""

from __future__ import annotations

from typing import Any

from policy_nodes.evaluation.report import words
from policy_nodes.evaluation.report.page import Column, Html, joined, legend, table, tag
from policy_nodes.evaluation.report.palette import LEVELS
from policy_nodes.safety.reasons import Reason

_KNOWN = {reason.value.code: reason.value for reason in Reason}
_COLUMNS = (
    Column('reason', 'text'),
    Column('leads to', 'text'),
    Column('set in'),
    Column('episodes'),
    Column('stood for s'),
    Column('meaning', 'text wrap'),
)


def safety_section(totals: dict[str, Any]) -> Html:
    """Return the section about interventions.

    Args:
        totals: of the summary.
    """
    heading = tag('h2', 'Safety controller')
    if not totals['levels']:
        words_only = tag('p', 'Its decisions were not recorded.')
        return tag('section', heading, words_only)
    shares = [
        (colour, f'{name} {words.percent(totals["levels"].get(name))}')
        for colour, name in zip(LEVELS, totals['levels'], strict=True)
    ]
    rows = [_row(code, entry) for code, entry in totals['interventions'].items()]
    listed = table(_COLUMNS, rows) if rows else tag('p', 'It never had to intervene.')
    key = joined((tag('p', 'Share of the time on each level:'), legend(shares)))
    return tag('section', heading, listed, key)


def _row(code: str, entry: dict[str, Any]) -> list[str]:
    known = _KNOWN.get(code)
    return [
        code,
        known.level.name.capitalize() if known else words.MISSING,
        str(entry['onsets']),
        str(entry['episodes']),
        words.decimal(entry['seconds'], 1),
        known.meaning if known else words.MISSING,
    ]
