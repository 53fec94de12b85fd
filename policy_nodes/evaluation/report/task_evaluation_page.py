"""The page that compares policies over tasks on the table top."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policy_nodes.evaluation.report.manipulation_section import (
    film_section,
    manipulation_sections,
    reading,
)
from policy_nodes.evaluation.report.page import Column, Html, figure, page, table, tag
from policy_nodes.evaluation.report.task_success_figure import rate_figure
from policy_nodes.evaluation.report.words import decimal
from policy_nodes.evaluation.run_files import write_text
from policy_nodes.evaluation.tabletop_conditions import USUAL, changes_of
from policy_nodes.evaluation.tabletop_record import EpisodeRecord
from policy_nodes.evaluation.tabletop_summary import GROUPS, Row
from policy_nodes.evaluation.tabletop_tables import first_choice, lost, percent, success

COLUMNS = (
    Column('task', 'text'),
    Column('policy', 'text'),
    Column('episodes'),
    Column('success %, 95 %'),
    Column('first choice %, 95 %'),
    Column('chance %'),
    Column('key poses'),
    Column('refused %'),
    Column('time s'),
    Column('inference p50 / p99 ms'),
)


def task_page(
    rows: Sequence[Row],
    records: Sequence[EpisodeRecord] = (),
    *,
    seeds: Sequence[int] = (),
    note: str = '',
) -> str:
    """Write the page.

    Args:
        rows: of `tabletop_summary.rows_of`.
        records: a few episodes to be shown.
        seeds: of the runs.
        note: what a reader of the figures has to know, in words.
    """
    usual = [row for row in rows if row['condition'] == USUAL]
    count = sum(row['episodes'] for row in rows if row['task'] not in GROUPS)
    named = {row['policy']: row['checkpoint'] for row in usual if row.get('checkpoint')}
    told = [f'seeds {", ".join(map(str, seeds))}'] if seeds else []
    told += [f'{policy} with checkpoint {name}' for policy, name in named.items()]
    return page(
        'Evaluation of manipulation policies',
        tag(
            'header',
            tag('h1', 'Manipulation policies compared'),
            tag('p', ' · '.join((f'{count} episodes', *told)), cls='quiet'),
        ),
        tag('div', tag('p', note), cls='notes', role='note') if note else Html(''),
        _success(usual),
        _choices(usual),
        _robustness(rows),
        film_section(records),
        manipulation_sections(records),
        _reading(),
        reading() if records else Html(''),
    )


def write_task_page(
    rows: Sequence[Row],
    path: Path,
    records: Sequence[EpisodeRecord] = (),
    *,
    seeds: Sequence[int] = (),
    note: str = '',
) -> None:
    """Write the page to a file; see `task_page`."""
    write_text(path, task_page(rows, records, seeds=seeds, note=note))


def _success(rows: Sequence[Row]) -> Html:
    if not rows:
        return Html('')
    picture = rate_figure(rows, 'success', 'ci95', 'success', 'success')
    lowest = [
        f'{row["policy"]}, {row["task"]}: lowest at {row["lowest_task"]} with '
        f'{percent(row["lowest_success"])} %'
        for row in rows
        if row['task'] in GROUPS
    ]
    caption = f'{"; ".join(lowest)}.' if lowest else ''
    return tag(
        'section',
        tag('h2', 'Success at each task'),
        figure(picture, caption),
        table(COLUMNS, [_cells(row) for row in rows]),
    )


def _cells(row: Row) -> tuple[str, ...]:
    spent = (row['infer_ms_p50'], row['infer_ms_p99'])
    return (
        f'mean of {row["task"]}' if row['task'] in GROUPS else row['task'],
        row['policy'],
        str(row['episodes']),
        success(row),
        first_choice(row),
        percent(row['chance']),
        decimal(row['steps'], 1),
        percent(row['refused']),
        decimal(row['time_s'], 1),
        ' / '.join(decimal(each, 0) for each in spent),
    )


def _choices(rows: Sequence[Row]) -> Html:
    if all(row['first_choice'] is None for row in rows):
        return Html('')
    picture = rate_figure(
        rows, 'first_choice', 'first_choice_ci95', 'choice', 'first choice right'
    )
    caption = (
        'The first key pose after the button that goes for a drawer, patch or block, of the '
        'episodes that came so far; every answer counts the same. Without memory it is right by '
        'chance, the dashed line.'
    )
    return tag('section', tag('h2', 'First choices'), figure(picture, caption))


def _robustness(rows: Sequence[Row]) -> Html:
    changed = [row for row in rows if row['condition'] != USUAL]
    if not changed:
        return Html('')
    parts = []
    tasks = list(dict.fromkeys(row['task'] for row in changed))
    shown = [task for task in tasks if task in GROUPS] or tasks
    for task in shown:
        own = [row for row in changed if row['task'] == task]
        title = f'mean of {task}' if task in GROUPS else task
        picture = rate_figure(
            own, 'drop', 'drop_ci95', f'drop-{task}', f'success lost at {title}', 'condition'
        )
        parts.append(figure(picture))
    conditions = list(dict.fromkeys(row['condition'] for row in rows))
    policies = list(dict.fromkeys(row['policy'] for row in rows))
    found = {(row['task'], row['condition'], row['policy']): row for row in rows}
    lines = [
        (task, condition, *(_drop_cell(found.get((task, condition, each))) for each in policies))
        for task in tasks
        for condition in conditions
    ]
    columns = [Column('task', 'text'), Column('condition', 'text'), *map(Column, policies)]
    caption = 'Success in per cent; what it lost against usual in points, with its interval.'
    changes = [
        (name, ', '.join(f'{key} {value:.3g}' for key, value in changes_of(name).items()))
        for name in conditions
        if name != USUAL
    ]
    kinds = [Column('condition', 'text'), Column('greatest changes', 'text wrap')]
    return tag(
        'section',
        tag('h2', 'Robustness'),
        *parts,
        table(columns, lines, caption),
        table(kinds, changes),
    )


def _drop_cell(row: Row | None) -> str:
    if row is None or row['condition'] == USUAL:
        return '-' if row is None else percent(row['success'])
    return f'{percent(row["success"])}; {lost(row)}'


def _reading() -> Html:
    return tag(
        'section',
        tag('h2', 'How to read this'),
        tag(
            'p',
            'Success is the share of episodes whose task was done within 25 key poses and the '
            'time limit; its interval is by Wilson. Key poses are the mean of all episodes, time '
            'is that of those that succeeded. Refused key poses could not be reached or were '
            'given up; three in a row end an episode. Inference is from images to key pose, with '
            'all workers at work on the same machine.',
        ),
    )
