"""When a manipulation policy looks, asks, waits, gives up, and goes on after a restart."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.policies.arm_rest import ArmRest
from policy_nodes.policies.key_pose_turns import KeyPoseTurns, Turn
from policy_nodes.policies.manipulation_session import ManipulationSession, Recalled
from policy_nodes.policies.manipulation_words import GIVEN_UP
from policy_nodes.policies.sam2act import EPISODE_STEPS

SECOND = 1_000_000_000


def end(turns, reached=True, reason='', words=''):
    return turns.heard(turns.pending.sequence, reached=reached, reason=reason, words=words)


@pytest.fixture
def turns():
    return KeyPoseTurns(patience=5.0)


@pytest.fixture
def session():
    """In a running episode, with an arm that stands since second 10."""
    found = ManipulationSession(patience=5.0, settle=0.2, episodes=True)
    found.begin('one')
    found.take_goal('lift the block', 1 * SECOND)
    found.take_episode('one', True)
    found.take_safety(3, False, 2 * SECOND)
    found.take_joints(10 * SECOND, np.zeros(7), np.zeros(2))
    return found


def test_one_key_pose_at_a_time_with_numbers_that_go_on_over_episodes(turns):
    assert turns.ask(7) == Turn(0, 1, 7)
    assert not turns.heard(9, reached=True, reason='', words='')
    # the arm knows of number 9
    assert end(turns)
    assert turns.ask(8) == Turn(1, 10, 8)
    turns.begin()
    assert (turns.step, turns.pending) == (0, None)
    assert turns.ask(9) == Turn(0, 11, 9)


def test_three_refusals_in_a_row_end_it_but_not_two_and_one(turns):
    for reached in (False, False, True, False, False):
        turns.ask(0)
        end(turns, reached, 'unreachable', 'too far')
    assert (turns.refused, turns.over) == (2, '')
    turns.ask(0)
    end(turns, False, 'collision', 'The table is there.')
    assert turns.over == '3 key poses in a row were refused, the last: The table is there.'


@pytest.mark.parametrize('reason', ['stopped', 'latched', 'epoch'])
def test_a_stop_says_nothing_of_the_key_pose(turns, reason):
    for _ in range(5):
        turns.ask(0)
        end(turns, False, reason, 'stopped')
    assert (turns.refused, turns.over) == (0, '')


def test_an_episode_has_only_so_many_key_poses(turns):
    for _ in range(EPISODE_STEPS):
        assert not turns.over
        turns.ask(0)
        end(turns)
    assert turns.over == f'{EPISODE_STEPS} key poses were asked for, which is the most'


def test_silence_of_an_arm_that_stands_counts_as_a_refusal(turns):
    turns.ask(0)
    assert not turns.silent(4.9)
    assert turns.silent(5.0)
    assert (turns.pending, turns.refused) == (None, 1)


def test_an_arm_rests_from_the_moment_that_it_stays_where_it_is():
    rest = ArmRest()
    assert rest.since_ns is None
    fingers, step = np.zeros(2), SECOND // 10
    for number in range(5):
        rest.take(number * step, np.full(7, 0.01 * number), fingers)
    assert rest.since_ns == 4 * step
    rest.take(5 * step, np.full(7, 0.0405), fingers)
    assert rest.since_ns == 4 * step
    rest.take(6 * step, np.full(7, 0.0405), fingers + 0.001)
    assert rest.since_ns == 6 * step
    # what happened in a gap, or after time went back, nobody knows
    rest.take(20 * step, np.full(7, 0.0405), fingers + 0.001)
    assert rest.since_ns == 20 * step
    rest.take(3 * step, np.full(7, 0.0405), fingers + 0.001)
    assert rest.since_ns == 3 * step


def test_images_count_from_the_last_of_rest_result_reset_and_goal(session):
    settle = SECOND // 5
    assert session.obstacle() == ''
    assert session.look_after() == 10 * SECOND + settle
    session.heard(11 * SECOND)
    assert session.look_after() == 11 * SECOND + settle
    session.take_safety(4, False, 12 * SECOND)
    session.take_safety(4, False, 13 * SECOND)
    assert session.look_after() == 12 * SECOND + settle
    session.rest.forget()
    assert session.look_after() is None


def test_what_stands_in_the_way_is_said(session):
    session.take_safety(3, True, 3 * SECOND)
    assert session.obstacle() == 'the safety controller is latched'
    session.take_goal(' ', 4 * SECOND)
    assert session.obstacle() == 'there is no instruction'
    session.take_episode('one', False)
    assert session.obstacle() == 'no episode runs'
    session.turns.over = 'enough'
    assert session.obstacle() == f'{GIVEN_UP}enough'
    fresh = ManipulationSession(patience=5.0, settle=0.2, episodes=True)
    fresh.take_episode('two', True)
    assert 'memory bank' in fresh.obstacle()


def test_a_new_process_goes_on_in_the_running_episode_alone():
    recalled = Recalled('two', (), Turn(4, 9, 40 * SECOND), refused=1)
    fresh = ManipulationSession(patience=5.0, settle=0.2, episodes=True)
    # latched words of episodes before come as well
    for name, running in (('one', True), ('one', False), ('two', True)):
        assert not fresh.take_episode(name, running)
    assert fresh.unknown
    assert fresh.resume(recalled)
    assert (fresh.turns.step, fresh.turns.refused) == (5, 1)
    assert fresh.turns.pending == Turn(4, 9, 40 * SECOND)
    assert not fresh.unknown
    other = ManipulationSession(patience=5.0, settle=0.2, episodes=True)
    other.take_episode('three', True)
    assert not other.resume(recalled)
    assert (other.turns.step, other.turns.pending) == (0, None)


def test_an_episode_that_begins_unannounced_begins_all_anew(session):
    session.turns.ask(11 * SECOND)
    assert session.take_episode('two', True)
    assert (session.episode, session.turns.step) == ('two', 0)
    assert not session.take_episode('one', False)
    assert session.running


def test_where_nobody_tells_of_episodes_each_goal_begins_one():
    robot = ManipulationSession(patience=5.0, settle=0.2, episodes=False)
    assert not robot.take_goal('lift the block', 5)
    assert (robot.episode, robot.running, robot.unknown) == ('goal-5', True, True)
    robot.resume(Recalled(''))
    assert not robot.take_goal('lift the block', 5)
    assert robot.take_goal('open the drawer', 6)
    assert robot.episode == 'goal-6'
    assert not robot.take_episode('other', True)


def test_an_arm_that_stands_is_waited_for_from_its_last_news(session):
    assert session.stood(20 * SECOND) == 0.0
    session.turns.ask(12 * SECOND)
    assert session.stood(14 * SECOND) == 2.0
    session.heard(13 * SECOND)
    assert session.stood(14 * SECOND) == 1.0
