"""Scores of key poses: counted, written, read, summed up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from policy_nodes.evaluation.manipulation_score import ManipulationScore, ManipulationTally
from policy_nodes.evaluation.outcomes import ABORTED, SUCCEEDED, TIMEOUT
from policy_nodes.evaluation.run_files import RunError, RunInfo
from policy_nodes.evaluation.run_report import run_table, write_run_report
from policy_nodes.motion.outcome import OutcomeState

PAGE = Path(__file__).parents[2] / 'docs' / 'reference' / 'run_files.md'


def tally(index=0, task='lift_block'):
    found = ManipulationTally(index, 7, task)
    # of the episode before, latched
    found.take_result(1, 9, OutcomeState.REACHED, '')
    for sequence, state, reason in (
        (10, OutcomeState.REACHED, ''),
        (11, OutcomeState.REFUSED, 'unreachable'),
        (12, OutcomeState.REFUSED, 'unreachable'),
        (13, OutcomeState.ABORTED, 'stopped'),
    ):
        found.take_key_pose(1, sequence)
        found.take_result(1, sequence, OutcomeState.ACCEPTED, '')
        found.take_result(1, sequence, state, reason)
    found.take_key_pose(2, 14)
    return found


@pytest.fixture
def scores():
    given_up = tally(1)
    given_up.why = '3 key poses in a row were refused'
    return (
        tally(0).finish(SUCCEEDED, 12.5),
        given_up.finish(ABORTED, 4.0),
        ManipulationTally(2, 7, 'lift_block').finish(TIMEOUT, 120.0),
    )


@pytest.fixture
def info(scores):
    return RunInfo('panda', 'sam2act', 'sam2act', 'lift_block', 7, scores)


def test_what_is_told_of_the_episode_alone_is_counted(scores):
    first = scores[0]
    assert (first.key_poses, first.reached, first.refused, first.aborted) == (5, 1, 2, 1)
    assert first.reasons == {'unreachable': 2, 'stopped': 1}
    assert (first.task, first.outcome, first.time_s) == ('lift_block', SUCCEEDED, 12.5)


def test_a_run_is_read_as_it_was_written(info, tmp_path):
    info.write(tmp_path)
    assert RunInfo.read(tmp_path) == info


@pytest.mark.parametrize(
    ('changed', 'words'),
    [
        ({'outcome': 'won'}, "no outcome 'won'"),
        ({'reached': -1}, 'reached has to be a whole number'),
        ({'reasons': {'held': 0.5}}, 'held has to be a whole number'),
        ({'time_s': None}, 'time_s has to be a number'),
        ({'task': 3}, 'task has to be a text'),
    ],
)
def test_a_score_that_cannot_be_meant_is_refused_by_its_key(scores, changed, words):
    values = scores[0].to_mapping() | changed
    with pytest.raises(RunError, match=f'run.json, episode 0.*{words}'):
        ManipulationScore.from_mapping(values, 'run.json, episode 0')


def test_the_summary_counts_key_poses_and_the_page_of_files_names_every_key(info, tmp_path):
    info.write(tmp_path)
    report = write_run_report(tmp_path)
    assert report.page.is_file()
    totals = json.loads((tmp_path / 'summary.json').read_text())['totals']
    assert (totals['episodes'], totals['succeeded'], totals['given_up']) == (3, 1, 1)
    assert (totals['key_poses'], totals['reached'], totals['refused']) == (10, 2, 4)
    assert totals['left_on_the_way'] == 2
    assert totals['reasons'] == {'unreachable': 4, 'stopped': 2}
    known = set(re.findall(r'`(\w+)`', PAGE.read_text(encoding='utf-8')))
    assert set(totals) <= known
    for episode in report.summary['episodes']:
        assert set(episode) <= known
    table = run_table(report.summary)
    assert table.row_count == 3
    assert '1 of 3 did the task' in str(table.title)
