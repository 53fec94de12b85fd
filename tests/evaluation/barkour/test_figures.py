"""Figures of legged runs: what they compute, and what they say."""

from __future__ import annotations

import numpy as np
import pytest
from tracks import WAY, walk

from policy_nodes.evaluation.barkour_score import OFFICIAL, score_track
from policy_nodes.evaluation.barkour_track import Track
from policy_nodes.evaluation.report.course_figure import RAMP_SIZE
from policy_nodes.evaluation.report.course_page import course_page
from policy_nodes.evaluation.report.course_score_figure import course_score_figure
from policy_nodes.evaluation.report.foot_contact_figure import FootContacts, foot_contact_figure
from policy_nodes.evaluation.report.loop_timing_figure import LoopTiming, loop_timing_figure
from policy_nodes.evaluation.report.torque_figure import JointTorques, _thinned, torque_figure


def contacts() -> FootContacts:
    time = 0.1 * np.arange(11)
    force = np.zeros((11, 2))
    force[2:5, 0] = 40.0
    force[8:, 0] = 40.0
    force[:, 1] = 4.9  # a foot that only grazes the ground
    return FootContacts(('front <left>', 'hind'), time, force)


def test_the_a_frame_is_drawn_as_large_as_it_is_simulated():
    pytest.importorskip('mujoco')
    from policy_nodes.simulation.barkour import course_model as model

    length = 2.0 * model.PANEL * np.cos(model.SLOPE)
    assert pytest.approx((length, model.PANEL_WIDTH), abs=0.01) == RAMP_SIZE


def test_a_page_shows_path_gates_with_times_items_and_notes():
    samples = np.array(walk())
    result = score_track(samples.tolist())
    text = course_page(Track('<b>log', samples, ('a note',)), OFFICIAL, result)
    assert text.count('<svg') == 2
    for words in (
        '13 of 13 gates',
        '0.0 s',
        f'{result.score:.3f}',
        'weave poles',
        'a note',
        'paper, mean 0.77',
    ):
        assert words in text
    assert 'missed' not in text
    assert '&lt;b&gt;log' in text
    assert '<b>' not in text


def test_a_page_of_a_run_that_ended_early_says_what_was_missed():
    samples = np.array(walk(WAY[:9], stay=0.0))
    result = score_track(samples.tolist(), semantics='paper')
    text = course_page(Track('log', samples), OFFICIAL, result)
    assert text.count('missed') == 13 - len(result.passes)
    assert 'did not stay on the end table' in text
    assert 'Every full second' in text


def test_a_foot_stands_from_5_n_on_and_a_sample_holds_until_the_next():
    found = contacts()
    assert found.spans(0) == [
        (pytest.approx(0.2), pytest.approx(0.3)),
        (pytest.approx(0.8), pytest.approx(0.2)),
    ]
    assert found.spans(1) == []
    assert found.duty(0) == pytest.approx(0.5)
    text = foot_contact_figure(found, 'feet', [(0.5, 'jump')])
    assert 'front &lt;left&gt; 50%' in text
    assert 'jump' in text


def test_contacts_that_were_not_recorded_are_an_empty_figure():
    nothing = FootContacts(('a',), np.zeros(0), np.zeros((0, 1)))
    assert nothing.duty(0) == 0.0
    assert 'a 0%' in foot_contact_figure(nothing, 'feet')


def test_torques_are_told_as_shares_of_their_limits():
    time = np.linspace(0.0, 1.0, 50)
    torque = np.stack((9.0 * np.sin(6.0 * time), np.full(50, -6.0)), axis=1)
    torques = JointTorques(
        ('knee_front_left', 'hip_front_left'), time, torque, np.array([18.0, 8.0])
    )
    assert torques.used()[1] == pytest.approx(0.75)
    text = torque_figure(torques, 'torques')
    assert 'the most used is hip_front_left with 75% of its limit' in text
    assert 'front left' in text


def test_a_long_curve_keeps_its_peaks():
    values = np.random.default_rng(0).normal(size=50_003)
    values[31_234], values[17] = 99.0, -99.0
    time, kept = _thinned(np.arange(50_003.0), values)
    assert len(kept) <= 2100
    assert (kept.max(), kept.min()) == (99.0, -99.0)
    assert time[kept.argmax()] == 31_234
    assert (np.diff(time) >= 0).all()


def test_jitter_is_the_distance_from_the_period():
    timing = LoopTiming(np.array([0.0, 0.02, 0.045, 0.06]), np.array([0.001, 0.004]))
    np.testing.assert_allclose(timing.jitter(), [0.0, 0.005, 0.005], atol=1e-12)
    text = loop_timing_figure(timing, 'timing')
    assert 'deviation from the period [ms]: 99 % below 5.00, at most 5.00; the limit is 3' in text
    assert 'inference [ms]: 99 % below 3.97' in text
    assert 'not recorded' in loop_timing_figure(LoopTiming(timing.at, np.zeros(0)), 'timing')


def test_scores_stand_beside_those_of_the_paper():
    text = course_score_figure({'specialists': [0.8, 0.9], 'mlp': []}, 'scores')
    assert 'specialists: mean 0.850, best 0.900 of 2 runs.' in text
    assert 'paper, best 0.91' in text
    assert 'mlp' in text
