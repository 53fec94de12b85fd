"""The page of a replay: its figures, its picture, its reasons."""

from __future__ import annotations

from pathlib import Path

from policy_nodes.evaluation.replay.measures import GRACE
from policy_nodes.evaluation.replay.replay_figure import replay_figure
from policy_nodes.evaluation.replay.replay_words import (
    NAMES,
    WINDOW_HEADINGS,
    mark_text,
    value_text,
    window_cells,
)
from policy_nodes.evaluation.replay.replayed import Replayed
from policy_nodes.evaluation.report import words
from policy_nodes.evaluation.report.page import (
    Column,
    Html,
    cards,
    figure,
    joined,
    legend,
    page,
    table,
    tag,
)
from policy_nodes.evaluation.report.palette import LEVELS
from policy_nodes.evaluation.run_files import write_text
from policy_nodes.safety.reasons import Reason

_MOST_WINDOWS = 8  # drawn one by one; the table holds all
_AROUND = 3.0  # before and after a window that is drawn [s]
_MEANINGS = {reason.value.code: reason.value.meaning for reason in Reason}
_REASONS = (
    Column('reason', 'text'),
    Column('set in'),
    Column('stood for s'),
    Column('meaning', 'text wrap'),
    Column('last said', 'text wrap'),
)
_WINDOWS = tuple(Column(heading) for heading in WINDOW_HEADINGS)


def replay_page(replayed: Replayed) -> str:
    """Write the page."""
    measured, marks = replayed.figures, replayed.figures.marks()
    entries = [
        (NAMES[name], value_text(name, getattr(measured, name)), mark_text(name, marks[name]))
        for name in NAMES
    ]
    notes = [tag('p', note) for note in replayed.notes]
    told = f'{replayed.trace.duration:.1f} s · parameters {replayed.safety}'
    return page(
        f'Replay of {replayed.bag}',
        tag('header', tag('h1', f'Replay of {replayed.bag}'), tag('p', told, cls='quiet')),
        tag('div', *notes, cls='notes', role='note') if notes else Html(''),
        cards(entries),
        _picture(replayed),
        _windows(replayed),
        _reasons(replayed),
        _reading(),
    )


def write_replay_page(replayed: Replayed, path: Path) -> None:
    """Write the page to a file; see `replay_page`."""
    write_text(path, replay_page(replayed))


def _picture(replayed: Replayed) -> Html:
    shares = replayed.levels()
    entries = [(name, f'{name} {words.percent(shares[name])}') for name in LEVELS]
    key = legend([*entries, ('limited', 'shaded: danger window')])
    caption = 'The recorded robot drove on as it did: what is sent here moves nothing.'
    return tag(
        'section',
        tag('h2', 'The whole bag'),
        figure(replay_figure(replayed, 'whole'), caption),
        key,
    )


def _windows(replayed: Replayed) -> Html:
    rows = replayed.figures.windows
    how = 'found in what was recorded' if replayed.found else 'as they were given'
    heading = tag('h2', 'Danger windows')
    if not rows:
        return tag('section', heading, tag('p', 'None was found: nothing came near enough.'))
    parts = [heading, table(_WINDOWS, [window_cells(row) for row in rows], f'Windows {how}.')]
    for number, row in enumerate(rows[:_MOST_WINDOWS], start=1):
        span = (
            max(0.0, row.begin_s - _AROUND),
            min(replayed.trace.duration, row.end_s + _AROUND),
        )
        title = tag('h3', f'{row.begin_s:.2f} to {row.end_s:.2f} s')
        parts.append(joined((title, figure(replay_figure(replayed, f'window-{number}', span)))))
    if len(rows) > _MOST_WINDOWS:
        parts.append(tag('p', f'Drawn are the first {_MOST_WINDOWS} of {len(rows)} windows.'))
    return tag('section', *parts)


def _reasons(replayed: Replayed) -> Html:
    rows = [
        (code, str(row['onsets']), f'{row["seconds"]:.2f}', _MEANINGS.get(code, ''), row['last'])
        for code, row in replayed.reasons().items()
    ]
    listed = table(_REASONS, rows) if rows else tag('p', 'It never had to intervene.')
    return tag('section', tag('h2', 'Reasons'), listed)


def _reading() -> Html:
    return tag(
        'section',
        tag('h2', 'How to read this'),
        tag(
            'p',
            'A command is held while it drives nowhere: its forward speed is zero, and so is its '
            'yaw rate unless a drive was proposed or the controller stands on HOLD. Time to stop '
            'counts from the begin of a window until the command is held; time to resume from '
            'its end, or from when the proposal asks again, until motion goes out. False stops '
            'are the share of the time outside of the windows, but for the '
            f'{GRACE:g} s after each, in which the command is held although the proposal asks '
            'for motion. Of several windows the worst counts. The marks are those of the replay '
            'test of the collision monitor of Nav2.',
        ),
    )
