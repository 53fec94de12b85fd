"""The pace of a simulator in lockstep."""

from itertools import pairwise

import pytest

from policy_nodes.nodes.step_clock import StepClock


def steps(clock, until, answered, look=0.005):
    """Wall times of all steps when answers are always or never there."""
    found, now = [], 0.0
    clock.begin(now)
    while now < until:
        now += look
        if clock.due(now, answered):
            found.append(now)
    return found


def test_answered_steps_keep_the_pace_of_wall_time():
    assert len(steps(StepClock(0.1, 0.5), 10.0, True)) == pytest.approx(100, abs=1)


def test_a_step_waits_for_its_answer_and_goes_on_at_once_when_it_comes():
    clock = StepClock(0.1, 0.5)
    clock.begin(0.0)
    assert not clock.due(0.3, False)
    assert clock.due(0.31, True)


def test_a_silent_policy_slows_time_down_once_and_then_no_more():
    taken = steps(StepClock(0.1, 0.5), 10.0, False)
    assert taken[0] == pytest.approx(0.6, abs=0.02)
    assert max(b - a for a, b in pairwise(taken)) <= 0.11


def test_after_a_late_answer_a_fast_simulation_leaves_time_for_the_next_one():
    taken = steps(StepClock(0.005, 0.5), 5.0, False)
    assert min(b - a for a, b in pairwise(taken)) >= 0.1 - 1e-9


def test_without_lockstep_nothing_is_waited_for():
    assert len(steps(StepClock(0.1, 0.0), 10.0, False)) == pytest.approx(100, abs=1)


def test_a_pace_that_cannot_be_held_leaves_no_step_unanswered():
    clock = StepClock(0.005, 0.5)
    now, asked, taken = 0.0, 0.0, []
    clock.begin(now)
    while len(taken) < 200:
        now += 0.005
        if clock.due(now, now - asked >= 0.1):
            taken.append(now - asked)
            asked = now
    assert min(taken) >= 0.1
