"""Runs over courses become rows that say what they are worth, and what was lost."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from rich.console import Console
from tracks import WAY, walk

from policy_nodes.evaluation.course_blocks import CourseEntry, CourseResult
from policy_nodes.evaluation.course_score import CourseTally
from policy_nodes.evaluation.course_summary import rows_of
from policy_nodes.evaluation.course_tables import course_table
from policy_nodes.evaluation.report.course_evaluation_page import course_evaluation_page
from policy_nodes.simulation.barkour.course import official_course

REQUIRED = ('policy', 'runs', 'score_mean', 'score_best', 'falls', 'time_s', 'ci95')


def run(index: int, outcome: str = 'succeeded', way=WAY, touched: bool = False) -> CourseResult:
    tally = CourseTally(official_course(), index, 1)
    if touched:
        tally.touch('broad_jump')
    track = list(walk(way, rate=50.0))
    for sample in track:
        tally.take(*sample)
    score = tally.finish(outcome, 30.0)
    return CourseResult(score, np.full(10, 2.0 + index, np.float32), {}, np.array(track))


@pytest.fixture(scope='module')
def results():
    return {
        CourseEntry('specialists'): {0: run(0), 1: run(1), 2: run(2, 'fallen', WAY[:9])},
        CourseEntry('specialists', solver='newton'): {0: run(0), 1: run(1, touched=True)},
        CourseEntry('mlp', course='rearranged/2'): {0: run(0)},
    }


def test_a_row_has_the_score_its_best_falls_and_the_time_of_runs_that_arrived(results):
    usual = rows_of(results)[0]
    assert list(usual)[: len(REQUIRED)] == list(REQUIRED)
    scores = [each.score.score for each in results[CourseEntry('specialists')].values()]
    assert usual['score_mean'] == pytest.approx(np.mean(scores))
    assert usual['score_best'] == max(scores) > 0.9
    assert usual['ci95'][0] < usual['score_mean'] < usual['ci95'][1]
    assert (usual['runs'], usual['falls'], usual['arrived']) == (3, 1, 2)
    assert usual['time_s'] == pytest.approx(scored_time(results))
    assert usual['completed']['broad_jump'] == 2
    assert usual['infer_ms_p50'] == 3.0
    assert usual['lost'] is None


def scored_time(results) -> float:
    return results[CourseEntry('specialists')][0].score.course_s


def test_what_another_solver_loses_is_counted_over_the_runs_driven_under_both(results):
    _, newton, other = rows_of(results)
    touched = results[CourseEntry('specialists', solver='newton')][1].score
    usual = results[CourseEntry('specialists')][1].score
    assert newton['lost'] == pytest.approx((usual.score - touched.score) / 2)
    assert newton['lost'] > 0.04
    assert other['lost'] is None
    assert other['ci95'] is None


def test_table_and_page_have_every_row_and_the_papers_figures_beside(results):
    rows = [row | {'checkpoints': ['tiny'], 'through': 'policy'} for row in rows_of(results)]
    console = Console(width=80, record=True, file=StringIO())
    console.print(course_table(rows))
    text = console.export_text()
    for words in ('official, newton', 'rearranged/2', 'hardware, specialists', '0.77', '0.91'):
        assert words in text
    assert '…' not in text
    page = course_evaluation_page(rows, results, 'A note.')
    assert page.count('<svg') == 4
    for words in ('A note.', 'specialists on official, newton', '1 fell', 'paper, specialists'):
        assert words in page
