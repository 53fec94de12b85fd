"""The page of scored bags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from policy_nodes.evaluation.replay import score_words as told
from policy_nodes.evaluation.replay.score_figures import (
    action_figure,
    error_figure,
    horizon_figure,
)
from policy_nodes.evaluation.report.page import Column, Html, figure, joined, page, table, tag
from policy_nodes.evaluation.run_files import write_text
from policy_nodes.safety.reasons import Reason

_MEANINGS = {reason.value.code: reason.value.meaning for reason in Reason}


def score_page(summary: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> str:
    """Write the page.

    Args:
        summary: of `scores`, with thresholds where there are any.
        results: of `score_bag`, for the pictures.
    """
    title = told.heading(summary)
    seed = f'intervals of 95 % by bootstrap over episodes, seed {summary["seed"]}'
    version = f' · policy_stack {summary["version"]}' if summary['version'] else ''
    notes = [tag('p', note) for note in told.notes_of(summary)]
    return page(
        f'Replay: {title}',
        tag('header', tag('h1', f'Replay: {title}'), tag('p', seed + version, cls='quiet')),
        tag('div', *notes, cls='notes', role='note') if notes else Html(''),
        _thresholds(summary),
        _figures(summary),
        _differences(summary),
        _actions(results),
        _safety(summary),
        _section('Measured on this machine', told.MEASURED_HEADINGS, told.measured_rows(summary)),
        _section('Bags', told.BAG_HEADINGS, told.bag_rows(summary['runs']), words=(0, 1)),
        _checkpoints(summary),
        _reading(),
    )


def write_score_page(
    summary: Mapping[str, Any], results: Sequence[Mapping[str, Any]], path: Path
) -> None:
    """Write the page to a file; see `score_page`."""
    write_text(path, score_page(summary, results))


def _thresholds(summary: Mapping[str, Any]) -> Html:
    rows = [
        (
            tag('span', 'kept') if each['kept'] else tag('span', 'missed', cls='bad'),
            each['policy'],
            each['figure'],
            '-' if each['value'] is None else f'{each["value"]:.4g}',
            each['bound'],
        )
        for each in summary.get('thresholds', ())
    ]
    if not rows:
        return Html('')
    columns = (
        Column('', 'text'),
        Column('policy', 'text'),
        Column('figure', 'text'),
        Column('found'),
        Column('bound', 'text'),
    )
    return tag('section', tag('h2', 'Thresholds'), table(columns, rows))


def _figures(summary: Mapping[str, Any]) -> Html:
    entries = told.answering(summary)
    if not entries:
        return Html('')
    columns = (Column('', 'text'), *(Column(entry['policy']) for entry in entries))
    parts = [
        tag('h2', 'Answers against what was recorded'),
        table(columns, told.figure_rows(summary)),
    ]
    if any(len(entry['action']['names']) > told.SHORT for entry in entries):
        every = table(columns, told.figure_rows(summary, every=True))
        parts.append(tag('details', tag('summary', 'Each value of the action'), every))
    for number, alike in enumerate(_alike(entries)):
        errors = error_figure(alike, f'errors-{number}')
        horizon = horizon_figure(alike, f'horizon-{number}')
        if errors is None:
            parts.append(tag('p', 'No answer could be compared with a recorded action.'))
        else:
            parts.append(figure(errors))
        if horizon is not None:
            parts.append(figure(horizon, 'Error by the row of an answer.'))
    return tag('section', *parts)


def _alike(entries: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Entries by what their actions are called."""
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for entry in entries:
        if entry['figures']:
            found.setdefault(tuple(entry['action']['names']), []).append(entry)
    return list(found.values())


def _differences(summary: Mapping[str, Any]) -> Html:
    rows = told.difference_rows(summary)
    if not rows:
        return Html('')
    columns = (
        Column('policy', 'text'),
        Column('', 'text'),
        Column(f'more than {summary["baseline"]}'),
        Column('', 'text'),
    )
    words = 'Differences of the same episodes; a verdict needs an interval without zero.'
    return tag('section', tag('h2', 'Against the baseline'), table(columns, rows, words))


def _actions(results: Sequence[Mapping[str, Any]]) -> Html:
    by_bag: dict[str, list[Mapping[str, Any]]] = {}
    for each in results:
        if 'problem' not in each and each['curves'] is not None:
            by_bag.setdefault(each['path'], []).append(each)
    if not by_bag:
        return Html('')
    parts: list[Html] = [tag('h2', 'Actions over time')]
    for number, them in enumerate(by_bag.values()):
        caption = f'{them[0]["bag"]}: the robot moved as recorded, whatever was answered.'
        parts.append(figure(action_figure(them, f'actions-{number}'), caption))
    bags = len({each['path'] for each in results})
    if len(by_bag) < bags:
        parts.append(tag('p', f'Drawn are {len(by_bag)} of {bags} bags.'))
    return tag('section', joined(parts))


def _safety(summary: Mapping[str, Any]) -> Html:
    rows = told.safety_rows(summary)
    if not rows:
        return Html('')
    names = [entry['policy'] for entry in summary['policies'] if entry['safety'] is not None]
    columns = (
        Column('reason', 'text'),
        *(Column(name) for name in names),
        Column('meaning', 'text wrap'),
    )
    reasons = [(*row, _MEANINGS.get(row[0], '')) for row in told.reason_rows(summary)]
    return tag(
        'section',
        tag('h2', 'What the safety controller made of it'),
        table(_columns(told.SAFETY_HEADINGS, (0,)), rows, 'Of several windows the worst counts.'),
        table(columns, reasons, 'How often each reason was set, and for how long it stood.')
        if reasons
        else tag('p', 'It never had to intervene.'),
    )


def _section(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    words: Sequence[int] = (0,),
) -> Html:
    if not rows:
        return Html('')
    return tag('section', tag('h2', title), table(_columns(headings, words), rows))


def _columns(headings: Sequence[str], words: Sequence[int]) -> tuple[Column, ...]:
    return tuple(Column(it, 'text' if at in words else '') for at, it in enumerate(headings))


def _checkpoints(summary: Mapping[str, Any]) -> Html:
    rows = [
        (entry['policy'], name, digest[:16])
        for entry in summary['policies']
        for name, digest in zip(entry['checkpoints'], entry['sha256'], strict=True)
    ]
    return _section('Checkpoints', ('policy', 'checkpoint', 'sha256'), rows, words=(0, 1, 2))


def _reading() -> Html:
    return tag(
        'section',
        tag('h2', 'How to read this'),
        tag(
            'p',
            'Every answer is compared with the action that was recorded nearest to its time, no '
            'farther than half a period. Error is the mean of absolute differences within an '
            'episode, then over episodes. A seam is the jump from one answer to the next for the '
            'same time. Jerk is that of the proposals themselves. The robot in the bag drove on '
            'as it did: an answer moves nothing, so nothing here says how a drive would have '
            'ended.',
        ),
        tag(
            'p',
            'Latency, deadlines and memory belong to this machine and this moment; a deadline is '
            'the period of the contract. All other figures are the same in every replay of the '
            'same bags.',
        ),
    )
