"""The score of the Barkour course: hardware logs, and walks worked out by hand."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from tracks import WAY, walk

from policy_nodes.evaluation.barkour_gates import TARGET_SPEED, allotted, from_table, passed
from policy_nodes.evaluation.barkour_score import BarkourScore, score_track
from policy_nodes.evaluation.barkour_track import read_track
from policy_nodes.simulation.barkour.course import (
    Course,
    Gate,
    Place,
    Point,
    end_table,
    official_course,
)


@pytest.mark.parametrize(
    ('run', 'score', 'touched', 'paper', 'gates'),
    [(0, 0.877, 0.753, 0.88, 13), (1, 0.854, 0.731, 0.86, 13), (2, 0.200, 0.200, 0.59, 8)],
)
def test_hardware_logs_score_what_they_are_known_for(
    run, score, touched, paper, gates, shared_data
):
    samples = read_track(shared_data('barkour_logs', f'run_{run}.csv')).samples.tolist()
    result = score_track(samples)
    assert result.score == pytest.approx(score, abs=1e-3)
    assert len(result.passes) == gates
    assert score_track(samples, touched_jump=True).score == pytest.approx(touched, abs=1e-3)
    assert score_track(samples, semantics='paper').score == pytest.approx(paper, abs=1e-3)


def test_hardware_log_0_tells_time_and_way(shared_data):
    result = score_track(read_track(shared_data('barkour_logs', 'run_0.csv')).samples.tolist())
    assert result.time_s == pytest.approx(22.95, abs=0.01)
    assert result.excess_s == pytest.approx(12.30, abs=0.01)
    assert result.path_m == pytest.approx(19.16, abs=0.01)


# left and right pole of each gate, as the official scorer has them
GATES = (
    ((1.4, 0.0), (1.4, -0.7)),
    ((1.7, 0.0), (1.7, -0.7)), ((2.5, -0.5), (1.7, -0.7)), ((2.5, -0.5), (3.2, -0.7)),
    ((3.8, -0.5), (3.2, -0.7)), ((3.8, -0.5), (4.3, -0.7)), ((5.0, -0.7), (4.3, -0.7)),
    ((4.35, -2.0), (3.65, -1.1)), ((2.92, -3.0), (2.22, -2.1)), ((1.5, -4.0), (0.8, -3.1)),
    ((1.7, -4.0), (1.7, -5.0)), ((3.7, -4.0), (3.7, -5.0)),
    ((4.1, -4.0), (4.1, -5.0)),
)  # fmt: skip


def test_the_official_course_has_the_13_gates_of_the_official_scorer_and_10_65_s():
    obstacles = official_course().obstacles
    gates = np.array([gate for each in obstacles for gate in each.gates])
    np.testing.assert_allclose(gates, GATES, atol=1e-9)
    assert [len(each.gates) for each in obstacles] == [1, 6, 3, 2, 1]
    assert sum(allotted(each.kind) for each in obstacles) == pytest.approx(18.0 / TARGET_SPEED)


def test_a_walk_through_all_gates_loses_only_its_time():
    result = score_track(walk(speed=1.0))
    assert result.finished
    assert result.completed == 5
    assert result.passes[0].obstacle == 'start_table'
    assert len(result.passes) == 13
    way = sum(math.dist(a, b) for a, b in pairwise(WAY[1:]))
    # less the last half metre, which lies on the table
    assert result.time_s == pytest.approx(way - 0.5, abs=0.1)
    assert result.score == pytest.approx(1.0 - 0.01 * (result.time_s - 18.0 / 1.69))


def test_a_fast_run_is_worth_one():
    assert score_track(walk(speed=2.0)).score == 1.0
    assert score_track(walk(speed=2.0), semantics='paper').score == 1.0


def test_the_timer_starts_at_the_first_gate_and_at_any_time_of_day():
    early, late = score_track(walk()), score_track(walk(begins=1e6))
    assert early.start_s == pytest.approx(0.9, abs=0.05)
    assert late.score == pytest.approx(early.score, abs=1e-6)


def test_the_paper_counts_full_seconds_and_all_allotted_time():
    official, paper = (score_track(walk(), semantics=each) for each in ('official', 'paper'))
    assert paper.time_s == official.time_s
    assert paper.score == pytest.approx(1.0 - 0.01 * math.floor(official.excess_s))
    touched = score_track(walk(), semantics='paper', touched_jump=True)
    assert touched.score == pytest.approx(paper.score - 0.1)
    lost = score_track(walk(), touched_jump=True)
    assert lost.score == pytest.approx(official.score - 0.1 - 0.01 * 4.0 / 1.69)


def test_a_run_that_ends_before_the_table_is_charged_50_seconds():
    result = score_track(walk(WAY[:12], stay=0.0))
    assert not result.finished
    assert [item.completed for item in result.items] == [True, True, True, False, False]
    assert result.score == pytest.approx(1.0 - 0.5 - 0.2)


def test_a_run_that_leaves_the_table_too_early_has_not_finished():
    hop = (*WAY, (4.5, -3.9), (3.0, -3.0))
    samples = walk(hop, stay=10.0)
    score = BarkourScore()
    for sample in samples:
        score.take(*sample)
    result = score.result()
    assert score.over
    assert not result.finished
    assert 0.0 < result.on_table_s < 5.0
    # a robot may hang over the edge by 5 cm without having left
    assert not score_track([*walk(WAY, stay=1.0), (60.0, 4.5, -3.97)]).finished
    assert score_track([*walk(WAY, stay=1.0), (60.0, 4.5, -3.97), (61.0, 4.5, -4.4)]).finished


def test_gates_of_an_obstacle_count_in_order_only():
    swapped = (*WAY[:2], *reversed(WAY[2:8]), *WAY[8:])
    result = score_track(walk(swapped))
    weave = result.items[1]
    assert weave.passed < weave.gates
    assert not weave.completed
    assert weave.last_s is None


def test_a_gate_is_passed_near_it_or_across_it():
    gate = Gate(Point(0.0, 1.0), Point(0.0, 0.0))
    assert passed(gate, (-0.03, 0.5), (-0.019, 0.5))
    assert not passed(gate, (-0.05, 0.5), (-0.021, 0.5))
    assert passed(gate, (-1.0, 0.5), (1.0, 0.5))
    assert passed(gate, (1.0, 0.5), (-1.0, 0.5))
    assert not passed(gate, (-1.0, 1.5), (1.0, 1.5))
    assert not passed(gate, (0.0, 3.0), (0.0, 2.0))
    # a long stride that ends just before the gate does not reach it
    assert not passed(gate, (-1.0, 0.5), (-0.001, 0.5))


def test_the_end_table_may_be_turned():
    turned = Course('turned', (end_table(Place(1.0, -1.0, math.radians(45.0))),))
    assert from_table(turned, (1.6, -1.0)) == pytest.approx(0.6 * math.sqrt(0.5))
    assert from_table(official_course(), (4.1, -4.4)) == pytest.approx(0.4)


def test_live_it_tells_gates_as_they_are_passed_and_what_can_still_be_had():
    score = BarkourScore()
    told, attainable = [], []
    for sample in walk():
        told += [(each.obstacle, each.gate) for each in score.take(*sample)]
        attainable.append(score.attainable())
    assert told[0] == ('start_table', 0)
    assert told[-1] == ('end_table', 0)
    assert len(told) == 13
    assert attainable[0] == 1.0
    assert sorted(attainable, reverse=True) == attainable
    assert score.attainable() == pytest.approx(score.result().score)
    assert score.take(1e3, 0.5, -0.5) == ()


def test_a_touched_jump_lowers_what_can_still_be_had():
    score = BarkourScore()
    for sample in walk(speed=2.0)[:100]:
        score.take(*sample)
    score.touch('broad_jump')
    assert score.attainable() == pytest.approx(0.9)
    assert score.result().items[3].touched


def test_unknown_semantics_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="no semantics 'mine'; known: official, paper"):
        BarkourScore(semantics='mine')


def test_a_result_is_written_as_plain_values():
    values = score_track(walk()).to_mapping()
    assert values['gates_passed'] == values['gates'] == 13
    assert values['items'][1]['name'] == 'weave_poles'
    assert values['passes'][0] == {'obstacle': 'start_table', 'gate': 0, 'at': pytest.approx(0.89)}
