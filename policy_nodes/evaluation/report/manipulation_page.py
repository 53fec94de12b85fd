"""The page that tells how a run of an arm on its table went."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from policy_nodes.evaluation.intervals import wilson
from policy_nodes.evaluation.manipulation_film import MadeFilm, make_film
from policy_nodes.evaluation.outcomes import SUCCEEDED, TASK_WORDS
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.report import words
from policy_nodes.evaluation.report.checkpoint_section import checkpoint_section
from policy_nodes.evaluation.report.manipulation_section import (
    MOST_EPISODES,
    manipulation_sections,
    reading,
    shown_film,
)
from policy_nodes.evaluation.report.page import Column, Html, cards, page, table, tag
from policy_nodes.evaluation.report.safety_section import safety_section
from policy_nodes.evaluation.run_files import (
    ANIMATION_FILE,
    RECORDING_NAME,
    RECORDINGS,
    REPORT_FILE,
    RunInfo,
    write_text,
)
from policy_nodes.evaluation.tabletop_record import EpisodeRecord
from policy_nodes.evaluation.tabletop_recording import read_tabletop_episode

Plain = dict[str, Any]

_COLUMNS = (
    Column('episode'),
    Column('task', 'text'),
    Column('outcome', 'text'),
    Column('time s'),
    Column('key poses'),
    Column('reached'),
    Column('refused'),
    Column('given up'),
    Column('why refused or given up', 'text wrap'),
)
_COUNTED = ('key_poses', 'reached', 'refused', 'aborted')
_SAFETY = ('levels', 'interventions', 'strongest_events')


def write_manipulation_page(folder: Path, info: RunInfo, summary: Plain) -> Path:
    """Write the page of a run into its folder, and the film beside it.

    Args:
        folder: of the run.
        info: what it was, with the scores of its episodes.
        summary: of the run; what it knows of safety controller and checkpoint is shown.

    Raises:
        OSError: the folder cannot be written.
    """
    notes: list[str] = []
    records = _records(folder, info, notes)
    film = make_film(records)
    if film is not None:
        (folder / ANIMATION_FILE).write_bytes(film.moving)
    path = folder / REPORT_FILE
    told = [info.note, *summary.get('notes', ()), *notes]
    write_text(
        path, manipulation_page(info, summary, records, film, [each for each in told if each])
    )
    return path


def manipulation_page(
    info: RunInfo,
    summary: Plain,
    records: Sequence[EpisodeRecord],
    film: MadeFilm | None,
    notes: Sequence[str],
) -> str:
    """Write the page.

    Args:
        info: what the run was, with the scores of its episodes.
        summary: as in `write_manipulation_page`.
        records: of the episodes that are drawn.
        film: of these.
        notes: sentences that a reader of the figures has to know.
    """
    title = f'{info.robot or "An arm"}, task {info.scenario or "unknown"}'
    episodes, drawn = _episodes(info, records), {each.index for each in records}
    rows = [_row(each, each['index'] in drawn) for each in episodes]
    totals = summary.get('totals', {})
    known = all(key in totals for key in _SAFETY)
    return page(
        f'Run report: {title}',
        tag('header', tag('h1', title), tag('p', _headline(info), cls='quiet')),
        _cards(episodes, records),
        tag('div', *(tag('p', each) for each in dict.fromkeys(notes)), cls='notes', role='note')
        if notes
        else Html(''),
        shown_film(film),
        tag('section', tag('h2', 'Episodes'), table(_COLUMNS, rows)),
        safety_section(totals) if known else Html(''),
        checkpoint_section(summary.get('checkpoint'), info.checkpoint),
        manipulation_sections(records, _anchor),
        reading(),
    )


def _records(folder: Path, info: RunInfo, notes: list[str]) -> list[EpisodeRecord]:
    """Read the first recordings; what the scorer says of an episode counts more."""
    scores = {each.index: each for each in info.episodes}
    files = sorted(folder.glob(RECORDINGS))
    if len(files) > MOST_EPISODES:
        notes.append(f'Of {len(files)} recorded episodes the first {MOST_EPISODES} are drawn.')
    found: dict[int, EpisodeRecord] = {}
    for path in files[:MOST_EPISODES]:
        try:
            record = read_tabletop_episode(path)
        except RecordingError as error:
            notes.append(str(error).replace(str(path), path.name))
            continue
        notes += [f'{path.name}: {loss}' for loss in record.losses]
        named = re.fullmatch(RECORDING_NAME, path.name)
        index = record.index if record.index >= 0 else int(named[1]) if named else -1
        if index < 0 or index in found:
            index = max([*found, -1]) + 1
            notes.append(f'{path.name} is counted as episode {index}')
        record = replace(record, index=index)
        if index in scores:
            score = scores[index]
            why = str(score.to_mapping().get('why', ''))
            record = replace(record, outcome=score.outcome, time_s=score.time_s, why=why)
        found[index] = record
    return list(found.values())


def _headline(info: RunInfo) -> str:
    driver = f'policy {info.policy}' if info.policy else 'policy unknown'
    if info.checkpoint:
        driver += f' with checkpoint {info.checkpoint}'
    parts = [driver, f'seed {info.seed}', info.started, info.runtime]
    return ' · '.join(part for part in parts if part)


def _anchor(record: EpisodeRecord) -> str:
    return f'episode-{record.index}'


def _episodes(info: RunInfo, records: Sequence[EpisodeRecord]) -> list[Plain]:
    """Scores by index, and what recordings say of episodes that ended before theirs."""
    found = {each.index: _counted(each) for each in records}
    found |= {each.index: each.to_mapping() for each in info.episodes}
    return [found[index] for index in sorted(found)]


def _counted(record: EpisodeRecord) -> Plain:
    states = [step.state.name.lower() for step in record.steps]
    return {
        'index': record.index,
        'outcome': record.outcome,
        'task': record.task,
        'time_s': record.time_s,
        'key_poses': len(states),
        **{name: states.count(name) for name in ('reached', 'refused', 'aborted')},
        'reasons': dict(Counter(step.reason for step in record.steps if step.reason)),
    }


def _cards(episodes: Sequence[Plain], records: Sequence[EpisodeRecord]) -> Html:
    count = len(episodes)
    done = [each for each in episodes if each['outcome'] == SUCCEEDED]
    chosen = sum(each.get('key_poses', 0) for each in episodes)
    refused = sum(each.get('refused', 0) for each in episodes)
    given_up = sum(each.get('aborted', 0) for each in episodes)
    times = [each['time_s'] for each in done]
    thought = np.array([step.inference_ms for each in records for step in each.steps])
    thought = thought[np.isfinite(thought)]
    median, late = np.percentile(thought, [50, 99]) if len(thought) else (None, None)
    sure = f'{words.interval(wilson(len(done), count), 100)} %' if count else ''
    mean = chosen / count if count else None
    return cards(
        [
            ('did the task', f'{len(done)} of {count}', sure),
            ('key poses', str(chosen), f'{words.decimal(mean, 1)} an episode'),
            ('refused', str(refused), f'given up on the way {given_up}'),
            (
                'time to the end',
                words.decimal(float(np.mean(times)) if times else None, 1, 's'),
                'mean of the episodes that succeeded',
            ),
            (
                'time to think',
                words.decimal(median, 0, 'ms'),
                f'99 % below {words.decimal(late, 0, "ms")}' if len(thought) else '',
            ),
        ]
    )


def _row(values: Plain, linked: bool) -> list[str | Html]:
    outcome, number = values['outcome'], str(values['index'])
    told = str(TASK_WORDS.get(outcome, outcome))
    reasons = values.get('reasons', {})
    return [
        tag('a', number, href=f'#episode-{number}') if linked else number,
        str(values.get('task', '')),
        told if outcome == SUCCEEDED else tag('span', told, cls='bad'),
        words.decimal(values.get('time_s'), 1),
        *(str(values.get(key, words.MISSING)) for key in _COUNTED),
        ', '.join(f'{code} {count}' for code, count in reasons.items()),
    ]
