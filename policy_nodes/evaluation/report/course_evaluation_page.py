"""The page that compares policies of legs over courses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from policy_nodes.evaluation.barkour_courses import course_of
from policy_nodes.evaluation.barkour_gates import SIZES
from policy_nodes.evaluation.course_blocks import REARRANGED, CourseEntry, CourseResult
from policy_nodes.evaluation.course_summary import PAPER, Row
from policy_nodes.evaluation.course_tables import decimals, interval
from policy_nodes.evaluation.report.course_score_figure import course_score_figure
from policy_nodes.evaluation.report.course_ways_figure import course_ways_figure
from policy_nodes.evaluation.report.page import Column, Html, figure, page, table, tag
from policy_nodes.evaluation.run_files import write_text

Results = Mapping[CourseEntry, Mapping[int, CourseResult]]
_COLUMNS = (
    Column('policy', 'text'),
    Column('course', 'text'),
    Column('solver', 'text'),
    Column('runs'),
    Column('score'),
    Column('95 %'),
    Column('best'),
    Column('by the paper'),
    Column('falls'),
    Column('time-outs'),
    Column('time s'),
    Column('lost'),
    Column('inference p50 / p99 ms'),
)


def course_evaluation_page(rows: Sequence[Row], results: Results, note: str = '') -> str:
    """Write the page.

    Args:
        rows: of `course_summary.rows_of`.
        results: runs of each entry by index; those with ways are drawn.
        note: what a reader of the figures has to know, in words.
    """
    count = sum(row['runs'] for row in rows)
    served = {row['policy']: ', '.join(row['checkpoints']) for row in rows}
    told = [f'{count} runs', *(f'{policy} with {names}' for policy, names in served.items())]
    scores = {
        entry.title: [each.score.score for each in found.values()]
        for entry, found in results.items()
    }
    return page(
        'Evaluation of policies of legs',
        tag(
            'header',
            tag('h1', 'Policies of legs over the course'),
            tag('p', ' · '.join(told), cls='quiet'),
        ),
        tag('div', tag('p', note), cls='notes', role='note') if note else Html(''),
        tag(
            'section',
            tag('h2', 'Scores'),
            figure(
                course_score_figure(scores, 'scores'),
                'Each dot is a run, the bar is their mean; official semantics.',
            ),
            table(_COLUMNS, [*map(_cells, rows), *_published()]),
        ),
        _items(rows),
        *(_ways(number, *each) for number, each in enumerate(results.items())),
        _reading(),
    )


def write_course_evaluation_page(
    rows: Sequence[Row], results: Results, path: Path, note: str = ''
) -> None:
    """Write the page to a file; see `course_evaluation_page`."""
    write_text(path, course_evaluation_page(rows, results, note))


def _cells(row: Row) -> list[str]:
    spent = (row['infer_ms_p50'], row['infer_ms_p99'])
    return [
        row['policy'],
        row['course'],
        row['solver'],
        str(row['runs']),
        decimals(row['score_mean'], 3),
        interval(row['ci95']),
        decimals(row['score_best'], 3),
        decimals(row['paper_score_mean'], 3),
        str(row['falls']),
        str(row['timeout']),
        decimals(row['time_s'], 1),
        decimals(row['lost'], 3),
        ' / '.join(decimals(each, 1) for each in spent),
    ]


def _published() -> list[list[str]]:
    return [
        [
            *(f'paper, {policy}', 'hardware', '', str(figures['runs'])),
            *(decimals(figures['score_mean'], 2), '', decimals(figures['score_best'], 2), ''),
            *(str(figures['falls']), '', '', '', ''),
        ]
        for policy, figures in PAPER.items()
    ]


def _items(rows: Sequence[Row]) -> Html:
    columns = [Column('run', 'text'), *(Column(kind.replace('_', ' ')) for kind in SIZES)]
    columns.append(Column('touched the jump'))
    lines = [
        [
            f'{row["policy"]}, {row["course"]}, {row["solver"]}',
            *(f'{row["completed"][kind]} / {row["runs"]}' for kind in SIZES),
            str(row['touched']),
        ]
        for row in rows
    ]
    return tag('section', tag('h2', 'Items that count'), table(columns, lines))


def _ways(number: int, entry: CourseEntry, found: Mapping[int, CourseResult]) -> Html:
    runs = [each for each in found.values() if each.track is not None]
    if not runs or entry.course == REARRANGED:
        return Html('')
    picture = course_ways_figure(course_of(entry.course), runs, f'ways-{number}')
    return tag('section', tag('h2', f'Ways of {entry.title}'), figure(picture))


def _reading() -> Html:
    return tag(
        'section',
        tag('h2', 'How to read this'),
        tag(
            'p',
            'The score is that of the official script; 1 is the best. Its interval is a bootstrap '
            'over runs. Time is from the first gate to the end table, over the runs that arrived. '
            'What is lost is against the first course and solver of the same policy, over the '
            'runs driven on both. Inference is measured with all workers at work on the same '
            'machine. Figures of the paper are from hardware, these from simulation.',
        ),
    )
