"""The page of a fault campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from policy_nodes.evaluation.faults.faults_figure import faults_figure
from policy_nodes.evaluation.faults.tally import Tally
from policy_nodes.evaluation.report import words
from policy_nodes.evaluation.report.page import (
    Column,
    Html,
    cards,
    figure,
    page,
    table,
    tag,
)
from policy_nodes.evaluation.run_files import write_text

_ROWS = (
    Column('fault', 'text'),
    Column('what happens', 'text wrap'),
    Column('row', 'text'),
    Column('n'),
    Column('bound ms'),
    Column('p50 ms'),
    Column('max ms'),
    Column('stands ms'),
    Column('late'),
    Column('limits'),
    Column('reason'),
    Column('moved'),
    Column('resets'),
    Column('after reset'),
    Column('false'),
)
_FIGURES = (
    *('behaviour', 'injections', 'bound_ms', 'time_to_stop_ms_p50', 'time_to_stop_ms_max'),
    *('time_to_stand_ms_max', 'late', 'limit_violations', 'wrong_reason', 'moved_while_faulty'),
    *('resets', 'moved_after_reset', 'false_stops'),
)


def faults_page(tally: Tally) -> str:
    """Write the page."""
    title = f'Fault campaign: {tally.robot.name}'
    told = f'{len(tally.outcomes)} injections · seed {tally.seed}'
    broken = tag('div', tag('p', tally.broken), cls='notes', role='note')
    return page(
        title,
        tag('header', tag('h1', title), tag('p', told, cls='quiet')),
        broken if tally.broken else Html(''),
        cards(_cards(tally)),
        tag(
            'section',
            tag('h2', 'How soon it stopped'),
            figure(
                faults_figure(tally, 'times'),
                'Each point is an injection; the line is the time-out of the behaviour and one '
                'period, within which the stop has to begin.',
            ),
        ),
        tag('section', tag('h2', 'Fault by fault'), table(_ROWS, _cells(tally))),
        _reading(),
    )


def write_faults_page(tally: Tally, path: Path) -> None:
    """Write the page to a file; see `faults_page`."""
    write_text(path, faults_page(tally))


def _cards(tally: Tally) -> list[tuple[str, str, str]]:
    rows = tally.rows()

    def sum_of(name: str) -> int:
        return sum(row[name] for row in rows)

    entries = [
        ('late stops', str(sum_of('late')), f'of {len(tally.outcomes)} injections'),
        ('limits broken', str(sum_of('limit_violations')), 'injections with a command beyond one'),
        ('wrong reasons', str(sum_of('wrong_reason')), 'injections'),
        ('moved after reset', str(sum_of('moved_after_reset')), f'of {sum_of("resets")} resets'),
    ]
    if tally.quiet is not None:
        share = f'{100 * tally.quiet.false_share:.2f} %'
        minutes = f'of {tally.quiet.seconds / 60:.0f} minutes without faults'
        entries.append(('stopped for nothing', share, minutes))
    return entries


def _cells(tally: Tally) -> list[tuple[str, ...]]:
    sentences = {fault.name: fault.sentence for fault in tally.robot.faults}
    return [
        (row['fault'], sentences[row['fault']], *(_cell(row[name]) for name in _FIGURES))
        for row in tally.rows()
    ]


def _cell(value: Any) -> str:
    if value is None:
        return words.MISSING
    return f'{value:.0f}' if isinstance(value, float) else str(value)


def _reading() -> Html:
    return tag(
        'section',
        tag('h2', 'How to read this'),
        tag(
            'p',
            'Time counts from the onset of a fault: from the last sound message where messages '
            'stop, from the first damaged one where they are damaged, else from when the fault '
            'was set in, until the controller says that it holds or stops. It includes the way '
            'of messages through the campaign. Late counts stops beyond the bound; limits and '
            'reason count injections with a command beyond a limit, and without a reason that '
            'fits. Stands is when the command came to rest. Moved '
            'counts injections in which a command moved the robot after that, with the fault '
            'still there; a robot that sits down moves by itself and is judged by its level. '
            'After half of the faults that heal by themselves a stop was called too, so that a '
            'reset had to follow; proposals were held back until well after it. False stops are '
            'those between faults that neither the world nor an episode called for.',
        ),
    )
