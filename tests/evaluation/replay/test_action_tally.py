"""Answers against recorded actions: errors, seams and jerks that can be worked out by hand."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from policy_nodes.evaluation.replay.action import Action, ActionSpace, Answer
from policy_nodes.evaluation.replay.action_tally import ActionTally
from policy_nodes.evaluation.replay.curves import Curve
from policy_nodes.evaluation.replay.key_pose_errors import rotation_between
from policy_nodes.evaluation.replay.latencies import Latencies

NANO = 10**9
TWIST = ActionSpace('twist', ('v', 'w'), ('m/s', 'rad/s'), 0.1, 0.1, 2)
CHUNK = ActionSpace('joint_position', ('a',), ('rad',), 0.3, 0.1, 3)
POSE = ActionSpace('key_pose', tuple('abcdefghi'), ('1',) * 9, 0.0, 0.0, 0)


def at(step: float) -> int:
    return round(step * 0.1 * NANO)


def answer(step: float, *rows: tuple[float, ...], asked: bool = True) -> Answer:
    return Answer(Action(at(step), np.array(rows)), asked, 1.0)


def recorded(step: float, *values: float) -> Action:
    return Action(at(step), np.array([values]))


def test_an_error_is_the_distance_to_the_action_of_the_same_time():
    tally = ActionTally(TWIST)
    for step in range(20):
        tally.took(recorded(step, 0.2, 0.0))
        tally.answered(answer(step, (0.3, -0.5 if step % 2 else 0.5)))
    found = tally.finish()
    assert found['compared'] == 20
    assert found['error'] == pytest.approx([0.1, 0.5])
    assert found['rms_error'] == pytest.approx([0.1, 0.5])
    assert found['seam'] == pytest.approx([0.0, 1.0])
    # w goes to and fro by 1 rad/s: second differences of 2 rad/s over a tenth of a second squared
    assert found['jerk'] == pytest.approx([0.0, 200.0])
    assert found['recorded_jerk'] == pytest.approx([0.0, 0.0], abs=1e-9)


@pytest.mark.parametrize('first', ['answers', 'records'])
def test_it_does_not_matter_which_of_both_comes_first(first):
    tally = ActionTally(TWIST)
    for step in range(30):
        answers = answer(step, (0.1 * step, 0.0))
        if first == 'answers':
            tally.answered(answers)
        tally.took(recorded(step + 0.2, 0.1 * step + 0.05, 0.0))  # stamped a little later
        if first == 'records':
            tally.answered(answers)
    found = tally.finish()
    assert found['compared'] == 30
    assert found['error'] == pytest.approx([0.05, 0.0])


def test_what_is_farther_away_than_half_a_period_is_not_compared():
    tally = ActionTally(TWIST)
    tally.took(recorded(0, 1.0, 1.0))
    tally.answered(answer(0.6, (0.0, 0.0)))
    tally.answered(answer(5, (0.0, 0.0)))
    found = tally.finish()
    assert found['compared'] == 0
    assert found['error'] is None
    assert found['answers'] == found['asked'] == 2


def test_each_row_of_a_horizon_is_compared_with_the_action_of_its_own_time():
    tally = ActionTally(CHUNK)
    for step in range(0, 30, 3):
        # it sees a ramp coming, and gets the second row wrong by 0.2, the third by 0.4
        rows = [(0.1 * (step + row) + 0.2 * row,) for row in range(3)]
        tally.answered(answer(step, *rows))
    for step in range(30):
        tally.took(recorded(step, 0.1 * step))
    found = tally.finish()
    assert found['step_error'] == [
        pytest.approx([0.0], abs=1e-9),
        pytest.approx([0.2]),
        pytest.approx([0.4]),
    ]
    # the answer before ended with the row of a step earlier, which is 0.4 too high
    assert found['seam'] == pytest.approx([0.3])


def test_an_answer_that_the_policy_did_not_choose_counts_but_is_not_compared():
    tally = ActionTally(TWIST)
    for step in range(10):
        tally.took(recorded(step, 0.4, 0.0))
        tally.answered(answer(step, (0.0, 0.0), asked=step > 6))
    found = tally.finish()
    assert (found['answers'], found['asked'], found['compared']) == (10, 3, 3)
    assert found['jerk'] == pytest.approx([0.0, 0.0])


def test_a_gap_makes_no_jerk():
    tally = ActionTally(TWIST)
    for step, v in ((0, 0.0), (1, 0.0), (2, 0.0), (40, 5.0), (41, 5.0), (42, 5.0)):
        tally.took(recorded(step, v, 0.0))
    assert tally.finish()['recorded_jerk'] == pytest.approx([0.0, 0.0], abs=1e-9)


def test_what_is_not_finite_is_not_compared():
    tally = ActionTally(TWIST)
    tally.took(recorded(0, math.nan, 0.0))
    tally.took(recorded(1, 0.5, 0.0))
    tally.answered(answer(0, (0.0, 0.0)))
    tally.answered(answer(1, (0.0, 0.0)))
    found = tally.finish()
    assert found['compared'] == 1
    assert found['error'] == [0.5, 0.0]


def test_key_poses_differ_in_position_attitude_and_gripper():
    tally = ActionTally(POSE)
    half = math.sin(math.pi / 4)
    tally.took(recorded(0, 0.1, 0.2, 0.3, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0))
    # a quarter turn about z by the quaternion of the other sign, 5 cm away, hand closed
    tally.answered(answer(0, (0.13, 0.24, 0.3, 0.0, 0.0, -half, -half, 0.0, 0.0)))
    found = tally.finish()
    assert found['position_error'] == pytest.approx(0.05)
    assert found['rotation_error'] == pytest.approx(math.pi / 2)
    assert found['wrong_gripper'] == 1.0
    assert found['wrong_ignore_collisions'] == 0.0
    assert found['error'][5] == pytest.approx(half)  # by the quaternion on the same side
    assert math.isnan(rotation_between(np.zeros(4), np.array([0.0, 0.0, 0.0, 1.0])))


def test_memory_does_not_grow_with_what_was_compared():
    tally = ActionTally(TWIST)
    for step in range(2000):
        tally.answered(answer(step, (0.0, 0.0)))
        tally.took(recorded(step, 0.0, 0.0))
    assert len(tally._known) < 50
    assert len(tally._waiting) < 50
    assert tally.finish()['compared'] == 2000


def test_quantiles_of_a_histogram_are_within_one_per_cent():
    drawn = random.Random(1)
    times = [drawn.lognormvariate(1.0, 0.7) for _ in range(5000)]
    found = Latencies(deadline_ms=20.0)
    for each in times:
        found.add(each)
    for share in (0.5, 0.99):
        exact = sorted(times)[math.ceil(share * len(times)) - 1]
        assert found.quantile(share) == pytest.approx(exact, rel=0.0101)
    assert found.longest == max(times)
    assert found.missed == sum(each > 20.0 for each in times)
    assert Latencies().quantile(0.5) is None


def test_histograms_of_parts_make_that_of_the_whole():
    whole, joined = Latencies(5.0), Latencies(5.0)
    parts = [Latencies(5.0), Latencies(5.0)]
    for number in range(100):
        taken = 0.1 * (number + 1)
        whole.add(taken)
        parts[number % 2].add(taken)
    for part in parts:
        joined.merge(part.to_mapping())
    assert joined.to_mapping() == whole.to_mapping()


def test_a_curve_keeps_its_shape_and_never_more_than_so_many_points():
    curve = Curve(most=64)
    for number in range(10_000):
        curve.add(number / 10, (math.sin(number / 1000),))
    rows = curve.rows()
    assert 32 <= len(rows) <= 64
    assert rows[0][0] == 0.0
    assert rows[-1][0] > 900.0
    assert all(row[1] == pytest.approx(math.sin(row[0] / 100)) for row in rows)
