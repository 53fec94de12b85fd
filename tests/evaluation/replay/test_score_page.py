"""The page of scored bags in a real browser."""

from __future__ import annotations

import pytest
from browser import Browser
from replay_drives import CHECKPOINT, scored
from test_replay_page import STICKING_OUT
from test_report_in_browser import FIGURES, OVERLAPS

from policy_nodes.evaluation.replay.score_page import write_score_page
from policy_nodes.evaluation.replay.scores import scores


@pytest.fixture(scope='module')
def results(drives):
    found = [
        scored(bag, name, cut=2.0)
        for bag in drives
        for name in (CHECKPOINT, 'straight', 'recorded')
    ]
    return [
        *found,
        {'bag': '<b>bad', 'path': 'b', 'policy': 'straight', 'problem': 'It <i>is</i>.'},
    ]


def test_a_browser_shows_the_page_without_a_complaint_and_draws_every_picture(tmp_path, results):
    summary = scores(results, 'straight', 0)
    judged = {'policy': CHECKPOINT, 'figure': 'error', 'bound': 'allowed is at most 1'}
    summary['thresholds'] = [judged | {'value': 0.5, 'kept': True}]
    page = tmp_path / 'report.html'
    write_score_page(summary, results, page)
    with Browser(tmp_path / 'browser') as browser:
        browser.open(page)
        assert browser.requests() == [page.as_uri()]
        assert browser.complaints() == []
        assert browser.value(STICKING_OUT) == []
        assert browser.value(OVERLAPS) == []
        assert browser.value('document.documentElement.scrollWidth <= window.innerWidth')
        figures = browser.value(FIGURES)
        assert len(figures) == 3  # errors, and the actions of two bags
        for figure in figures:
            assert figure['drawn'] > 10
            assert figure['label']
        told = browser.value('document.body.innerText')
        # names from outside are shown as they are
        assert '<b>bad with straight was not scored: It <i>is</i>.' in told
        for words in ('error of linear.x', 'better', 'Measured on this machine', 'kept'):
            assert words in told


def test_many_values_and_a_horizon_are_drawn_too(tmp_path):
    names = [f'joint_{number}' for number in range(12)]
    episode = {
        'name': '', 'from_s': 0.0, 'to_s': 4.0, 'answers': 9, 'asked': 9, 'recorded': 9,
        'compared': 9, 'error': [0.1] * 12, 'step_error': [[0.1] * 12, [0.2] * 12, [0.3] * 12],
        'rms_error': [0.1] * 12, 'largest_error': [0.3] * 12, 'seam': [0.0] * 12,
        'largest_seam': [0.0] * 12, 'jerk': None, 'recorded_jerk': None,
    }  # fmt: skip
    points = [[0.1 * step, *[0.01 * step] * 12] for step in range(40)]
    result = {
        'bag': 'legs', 'path': 'legs', 'policy': 'chunks', 'robot': 'legs', 'duration_s': 4.0,
        'policy_facts': {'checkpoints': [], 'sha256': []}, 'safety': None, 'notes': [],
        'episodes': [episode, episode],
        'action': {'kind': 'joint_position', 'names': names, 'units': ['rad'] * 12,
                   'period_s': 0.1, 'row_s': 0.02},
        'curves': {'recorded': points, 'answered': points},
        'measured': {'latency_ms': None, 'weights_mb': 0.0, 'memory_mb': 1.0,
                     'memory_growth_mb': 0.0, 'seconds': 1.0},
    }  # fmt: skip
    summary = scores([result], None, 0)
    page = tmp_path / 'report.html'
    write_score_page(summary, [result], page)
    text = page.read_text(encoding='utf-8')
    assert text.count('<svg') == 3  # errors, the horizon, and actions over time
    assert '<details>' in text
    assert 'row of the answer' in text
    assert summary['policies'][0]['figures']['error.joint_3@2']['mean'] == pytest.approx(0.3)


def test_a_page_is_written_where_nothing_could_be_compared(tmp_path, results):
    silent = dict(results[0])
    silent['episodes'] = [
        each | {'compared': 0, 'error': None, 'step_error': [], 'rms_error': None,
                'largest_error': None, 'seam': None, 'largest_seam': None, 'jerk': None}
        for each in silent['episodes']
    ]  # fmt: skip
    silent['curves'] = {'recorded': [], 'answered': []}
    page = tmp_path / 'report.html'
    write_score_page(scores([silent], None, 0), [silent], page)
    assert 'No answer could be compared' in page.read_text(encoding='utf-8')
