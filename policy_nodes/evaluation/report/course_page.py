"""The page of a scored run over the course."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from policy_nodes.evaluation.barkour_score import (
    PAPER_RULES,
    PENALTY,
    PER_SECOND,
    STAY,
    UNFINISHED,
    BarkourResult,
)
from policy_nodes.evaluation.barkour_track import Track
from policy_nodes.evaluation.report import words
from policy_nodes.evaluation.report.course_figure import course_figure
from policy_nodes.evaluation.report.course_items import ITEMS, item_rows
from policy_nodes.evaluation.report.course_score_figure import course_score_figure
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
from policy_nodes.simulation.barkour.course import Course

_GATES = (Column('item', 'text'), Column('gate'), Column('passed at [s]'))


def course_page(track: Track, course: Course, result: BarkourResult) -> str:
    """Write the page."""
    notes = [tag('p', note) for note in track.notes]
    told = f'course {course.name} · {result.semantics} semantics · {track.duration:.1f} s of log'
    columns = [Column(each, 'text' if each in ('item', 'counts') else '') for each in ITEMS]
    return page(
        f'Score of {track.source}',
        tag('header', tag('h1', f'Score of {track.source}'), tag('p', told, cls='quiet')),
        tag('div', *notes, cls='notes', role='note') if notes else Html(''),
        cards(_cards(result)),
        tag(
            'section',
            tag('h2', 'The run'),
            figure(
                course_figure(course, track.samples, result, 'run'),
                'Times at gates count from the first gate; the scored part of the path is thick.',
            ),
        ),
        tag('section', tag('h2', 'Items'), table(columns, item_rows(result))),
        tag('section', tag('h2', 'Gates'), table(_GATES, _gate_rows(result))),
        tag(
            'section',
            tag('h2', 'Beside the paper'),
            figure(course_score_figure({'this run': [result.score]}, 'published')),
        ),
        _reading(result),
    )


def write_course_page(track: Track, course: Course, result: BarkourResult, path: Path) -> None:
    """Write the page to a file; see `course_page`."""
    write_text(path, course_page(track, course, result))


def _gate_rows(result: BarkourResult) -> Iterable[tuple[str, ...]]:
    for each in result.passes:
        at = words.decimal(each.at - result.start_s)
        yield each.obstacle.replace('_', ' '), str(each.gate + 1), at


def _cards(result: BarkourResult) -> list[tuple[str, str, str]]:
    table_words = 'it stayed' if result.finished else f'{STAY:g} s are needed'
    return [
        ('Score', words.decimal(result.score, 3), f'{result.semantics} semantics'),
        ('Items', f'{result.completed} / {len(result.items)}', f'{PENALTY:g} off for each other'),
        ('Gates', f'{len(result.passes)} / {result.gates}', ''),
        ('Time', words.decimal(result.time_s, 2, 's'), 'from the first gate'),
        (
            'Over the allotted',
            words.decimal(result.excess_s, 2, 's'),
            f'{result.allotted_s:.2f} s',
        ),
        ('Way', words.decimal(result.path_m, 2, 'm'), 'of the whole log, up to its end'),
        ('On the end table', words.decimal(result.on_table_s, 2, 's'), table_words),
    ]


def _reading(result: BarkourResult) -> Html:
    if result.semantics == PAPER_RULES:
        rules = (
            f'Every full second above the time of the whole course costs {PER_SECOND:g}. A log '
            'that ends earlier ends the run.'
        )
    else:
        rules = (
            f'Every second above the time of the completed items costs {PER_SECOND:g}, fractions '
            f'too. A run that does not end on the end table is charged {UNFINISHED:g} s.'
        )
    return tag(
        'section',
        tag('h2', 'How to read this'),
        tag(
            'p',
            f'A run begins with 1. Every item that does not count costs {PENALTY:g}. {rules} A '
            'log does not tell whether the broad jump was touched; who saw it says so.',
        ),
    )
