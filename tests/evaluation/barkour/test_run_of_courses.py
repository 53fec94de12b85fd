"""Runs over courses: scores in run.json, the summary, the table and the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rich.console import Console
from tracks import WAY, walk

from policy_nodes.evaluation.course_score import CourseScore, CourseTally
from policy_nodes.evaluation.run_files import RunError, RunInfo, score_from_mapping
from policy_nodes.evaluation.run_report import run_table, write_run_report
from policy_nodes.simulation.barkour.course import official_course

PAGE = Path(__file__).parents[3] / 'docs' / 'reference' / 'run_files.md'


def scored(index: int, outcome: str, way=WAY, touched: bool = False) -> CourseScore:
    tally = CourseTally(official_course(), index, 7)
    if touched:
        assert tally.touch('broad_jump')
    for sample in walk(way, rate=50.0):
        tally.take(*sample)
    return tally.finish(outcome, 30.0)


def test_a_score_of_coarse_odometry_counts_every_gate_and_both_rules():
    score = scored(0, 'succeeded')
    assert score.gates_passed == score.gates == len(score.passes) == 13
    assert score.passes['start_table/0'] == 0.0
    assert score.finished
    assert score.paper_score >= score.score > 0.9


def test_odometry_that_comes_twice_or_late_counts_for_nothing():
    tally = CourseTally(official_course(), 0, 0)
    for sample in walk():
        tally.take(*sample)
        tally.take(*sample)
        tally.take(sample[0] - 1.0, 4.5, -4.5)
    assert tally.finish('succeeded', 1.0) == scored_at_full_rate()


def scored_at_full_rate() -> CourseScore:
    tally = CourseTally(official_course(), 0, 0)
    for sample in walk():
        tally.take(*sample)
    return tally.finish('succeeded', 1.0)


def test_only_what_the_course_has_can_be_touched():
    tally = CourseTally(official_course(), 0, 0)
    assert not tally.touch('wall')
    assert tally.touch('broad_jump')
    assert tally.finish('aborted', 0.0).touched == ('broad_jump',)


def test_a_score_survives_its_file_and_a_damaged_one_is_refused():
    score = scored(3, 'succeeded')
    values = json.loads(json.dumps(score.to_mapping()))
    assert score_from_mapping(values, 'here') == score
    for name, bad in (('score', None), ('completed', 'all'), ('outcome', 'won'), ('gates', -1)):
        with pytest.raises(RunError, match=f'here: .*{name}|no outcome'):
            score_from_mapping({**values, name: bad}, 'here')


def test_summary_table_and_page_tell_scores_falls_and_items(tmp_path):
    episodes = (
        scored(0, 'succeeded'),
        scored(1, 'fallen', WAY[:9]),
        scored(2, 'succeeded', touched=True),
    )
    RunInfo('barkour', 'specialists', '', 'official', 7, episodes).write(tmp_path)
    report = write_run_report(tmp_path)
    totals = report.summary['totals']
    assert totals['falls'] == 1
    assert totals['touched'] == 1
    assert totals['completed'] == {
        'start_table': 3, 'weave_poles': 3, 'a_frame': 2, 'broad_jump': 1, 'end_table': 2
    }  # fmt: skip
    assert totals['score_best'] == pytest.approx(episodes[0].score)
    known = set(re.findall(r'`(\w+)`', PAGE.read_text(encoding='utf-8')))
    assert set(totals) <= known
    assert set(episodes[0].to_mapping()) <= known
    console = Console(width=120, record=True)
    console.print(run_table(report.summary))
    text = console.export_text()
    assert '1 of 3 fell' in text
    assert '13 / 13' in text
    page = report.page.read_text(encoding='utf-8')
    for words in ('mean score', 'paper, mean 0.77', 'weave poles, a frame', 'touched the jump'):
        assert words in page
