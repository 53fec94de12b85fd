"""What a report says about the safety controller: every reason, and the strongest events."""

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
    Column('of the time'),
    Column('meaning', 'text wrap'),
)
_EVENTS = (
    Column('episode'),
    Column('at s'),
    Column('for s'),
    Column('reason', 'text'),
    Column('names', 'text'),
    Column('leads to', 'text'),
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
    return tag('section', heading, key, listed, _strongest(totals['strongest_events']))


def _strongest(events: list[dict[str, Any]]) -> Html:
    if not events:
        return Html('')
    caption = 'The strongest events: those that lead to the highest level first, then the longest.'
    return table(_EVENTS, [_event(each) for each in events], caption)


def _event(event: dict[str, Any]) -> list[str | Html]:
    number = str(event['episode'])
    return [
        tag('a', number, href=f'#episode-{number}'),
        words.decimal(event['at_s'], 1),
        words.decimal(event['seconds'], 1),
        event['reason'],
        event['source'] or words.MISSING,
        _leads_to(event['reason']),
    ]


def _leads_to(code: str) -> str:
    known = _KNOWN.get(code)
    return known.level.name.capitalize() if known else words.MISSING


def _row(code: str, entry: dict[str, Any]) -> list[str]:
    known = _KNOWN.get(code)
    return [
        code,
        _leads_to(code),
        str(entry['onsets']),
        str(entry['episodes']),
        words.decimal(entry['seconds'], 1),
        words.percent(entry['share']),
        known.meaning if known else words.MISSING,
    ]
