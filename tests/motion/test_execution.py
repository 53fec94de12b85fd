"""Key poses carried out under the real safety controller, at the shipped speeds."""

from __future__ import annotations

import numpy as np
import pytest
from cell import SETTINGS, Cell
from panda import HOME, NAMES, TABLE, down_at, panda_arm, shipped

from policy_nodes.motion.outcome import OutcomeState
from policy_nodes.motion.poses import Pose, pose_error
from policy_nodes.motion.refusals import MotionReason
from policy_nodes.safety.ladder import Level

HERE, THERE = down_at(0.5, 0.25, 0.2), down_at(0.5, -0.1, 0.15, yaw=0.4, gripper=0.0)
CLOSE = down_at(0.4, 0.1, 0.4)
PERIOD = 0.01
ACCEPTED, REACHED, REFUSED, ABORTED = OutcomeState


@pytest.fixture(scope='module')
def measuring():
    return panda_arm([TABLE])


@pytest.fixture
def cell(planner, measuring):
    made = Cell(planner, measuring)
    made.permit()
    return made


@pytest.fixture(scope='module')
def ready(planner, measuring):
    """For tests that move nothing."""
    made = Cell(planner, measuring)
    made.permit()
    return made


def states(cell):
    return [outcome.state for outcome in cell.news]


def away(cell, key_pose):
    return pose_error(cell.execution.arm.pose(cell.plant.position), Pose(*key_pose[:2]))


def test_key_poses_are_reached_within_a_millimetre_and_nothing_is_cut(cell):
    for key_pose in (HERE, THERE, HERE):
        cell.news.clear()
        cell.ask(key_pose)
        cell.until(lambda: len(cell.news) == 2)
        assert states(cell) == [ACCEPTED, REACHED]
        assert away(cell, key_pose).position < 1e-3
        assert cell.last().error.position < 1e-3
        assert cell.last().refusal is None
    # where one chunk takes over from another the seams are smoothed, and that is all
    assert cell.reasons <= {'jerk_limit'}
    assert cell.grips == [1.0, 0.0, 1.0]


def test_what_goes_to_the_arm_keeps_the_limits_of_the_shipped_configuration(cell):
    cell.ask(THERE)
    cell.until(lambda: REACHED in states(cell))
    given = shipped('safety_controller')['limits']
    speed = np.diff(cell.sent, axis=0) / PERIOD
    gain = np.diff(speed, axis=0) / PERIOD
    assert (np.abs(speed).max(axis=0) <= [given[n]['velocity'] for n in NAMES]).all()
    assert (np.abs(gain).max(axis=0) <= [given[n]['acceleration'] * 1.001 for n in NAMES]).all()


def test_the_shipped_motions_are_within_what_the_safety_controller_permits():
    ours, theirs = shipped('motion_executor'), shipped('safety_controller')
    assert ours['joints'] == theirs['joints']['names']
    for index, name in enumerate(NAMES):
        permitted = theirs['limits'][name]
        for limit in ('velocity', 'acceleration', 'jerk'):
            assert ours[limit][index] < permitted[limit]
        assert ours['margin'] > permitted['margin']
        assert ours['lower'][index] == permitted['lower']
        assert ours['upper'][index] == permitted['upper']


def test_latched_it_accepts_nothing_and_proposes_to_stay(planner, measuring):
    cell = Cell(planner, measuring)
    cell.run(0.2)
    cell.ask(CLOSE)
    assert cell.last().state is REFUSED
    assert cell.last().refusal.reason is MotionReason.LATCHED
    answer = cell.execution.take_joints(cell.now_ns + 1, HOME)
    np.testing.assert_array_equal(answer.rows, np.repeat(HOME[None], SETTINGS.rows, axis=0))


def test_a_stop_ends_the_key_pose_and_after_the_reset_a_fresh_one_is_needed(cell):
    cell.ask(CLOSE)
    cell.until(lambda: cell.speed() > 0.2)
    cell.stop()
    assert states(cell) == [ACCEPTED, ABORTED]
    assert cell.last().refusal.reason is MotionReason.STOPPED
    assert 'estop_pressed' in cell.last().refusal.words
    stood = cell.plant.position.copy()
    cell.permit()
    cell.run(1.0)
    np.testing.assert_allclose(cell.plant.position, stood, atol=2e-3)
    # it starts from where the arm is measured, not from where it was to be
    cell.ask(CLOSE)
    cell.until(lambda: REACHED in states(cell))
    np.testing.assert_allclose(cell.starts[-1], stood, atol=2e-3)


def test_an_answer_to_what_was_seen_before_the_reset_is_refused(cell):
    before = cell.now_ns
    cell.stop()
    cell.permit()
    cell.ask(CLOSE, stamp_ns=before)
    assert cell.last().refusal.reason is MotionReason.STALE
    cell.ask(CLOSE, epoch=cell.execution.epoch - 1)
    assert cell.last().refusal.reason is MotionReason.EPOCH


def test_a_hold_that_passes_does_not_end_the_key_pose(cell):
    cell.ask(HERE)
    cell.until(lambda: cell.speed() > 0.2)
    cell.frozen = True
    cell.until(lambda: cell.level is Level.HOLD)
    cell.until(lambda: cell.speed() < 1e-3)
    cell.frozen = False
    cell.until(lambda: REACHED in states(cell))
    assert states(cell) == [ACCEPTED, REACHED]
    assert away(cell, HERE).position < 1e-3


def test_a_hand_that_moves_the_arm_off_its_way_makes_it_plan_anew(cell):
    cell.ask(HERE)
    cell.until(lambda: cell.speed() > 0.2)
    cell.frozen = True
    cell.until(lambda: cell.level is Level.HOLD and cell.speed() < 1e-3)
    # by less than the safety controller refuses as a seam
    cell.plant.guide(np.full(7, 0.024))
    cell.until(lambda: len(cell.starts) == 2)
    cell.frozen = False
    cell.until(lambda: REACHED in states(cell))
    assert states(cell) == [ACCEPTED, REACHED]


def test_an_arm_that_is_held_for_good_gives_up_and_says_what_held_it(cell):
    cell.ask(HERE)
    cell.until(lambda: cell.speed() > 0.2)
    cell.frozen = True
    cell.until(lambda: len(cell.news) == 2)
    assert cell.last().state is ABORTED
    assert cell.last().refusal.reason is MotionReason.HELD
    assert 'proposal_silent' in cell.last().refusal.words or 'chunk_spent' in str(cell.last())


def test_a_second_key_pose_waits_its_turn(cell):
    cell.ask(CLOSE)
    cell.until(lambda: ACCEPTED in states(cell))
    cell.ask(THERE)
    assert cell.last().refusal.reason is MotionReason.BUSY
    assert 'Key pose 1' in cell.last().refusal.words
    cell.until(lambda: REACHED in states(cell))
    assert cell.last().asked.sequence == 1


def test_a_refused_key_pose_leaves_the_arm_where_it_is_and_the_next_one_is_taken(cell):
    cell.ask(down_at(1.4, 0.0, 0.2))
    cell.until(lambda: REFUSED in states(cell))
    assert cell.last().refusal.reason is MotionReason.UNREACHABLE
    np.testing.assert_allclose(cell.plant.position, HOME, atol=1e-6)
    assert not cell.execution.busy
    cell.ask(CLOSE)
    cell.until(lambda: REACHED in states(cell))


def test_the_gripper_is_waited_for_while_its_fingers_move(cell):
    cell.fingers = np.array([0.04, 0.04])
    cell.ask(THERE)
    cell.until(lambda: cell.grips)
    begin = cell.now_ns
    while cell.fingers[0] > 0.01:
        cell.fingers = cell.fingers - 0.0005
        cell.step()
    assert REACHED not in states(cell)
    cell.until(lambda: REACHED in states(cell))
    assert 0.6e9 < cell.now_ns - begin < 1.0e9
    # told the same again, it has nothing to wait for
    cell.news.clear()
    cell.ask(THERE)
    cell.until(lambda: REACHED in states(cell), 2.0)
    assert cell.grips == [0.0]


def test_a_tip_that_stays_beside_the_key_pose_is_not_reached(planner, measuring):
    strict = SETTINGS.__class__(near=0.0, patience=1.0)
    cell = Cell(planner, measuring, strict)
    cell.permit()
    cell.ask(CLOSE)
    cell.until(lambda: ABORTED in states(cell))
    assert cell.last().refusal.reason is MotionReason.NOT_REACHED
    assert 'mm' in cell.last().refusal.words


def test_a_planner_that_fails_refuses_the_key_pose(cell):
    class Broken:
        def plan(self, start, key_pose):
            raise ValueError('out of ideas')

    cell.planner = Broken()
    cell.ask(CLOSE)
    cell.until(lambda: REFUSED in states(cell))
    assert cell.last().refusal.reason is MotionReason.PLANNER
    assert 'out of ideas' in cell.last().refusal.words


@pytest.mark.parametrize(
    ('changes', 'reason'),
    [
        ({'frame': 'camera'}, MotionReason.FRAME),
        ({'stamp_ns': -10_000_000_000}, MotionReason.STALE),
        ({'stamp_ns': 60_000_000_000}, MotionReason.FUTURE),
    ],
)
def test_key_poses_of_another_frame_or_time_are_refused(ready, changes, reason):
    ready.ask(CLOSE, **changes)
    assert ready.last().state is REFUSED
    assert ready.last().refusal.reason is reason


@pytest.mark.parametrize(
    ('changes', 'reason'),
    [
        ({'position': np.array([np.inf, 0.0, 0.0])}, MotionReason.NOT_FINITE),
        ({'quaternion': np.full(4, np.nan)}, MotionReason.NOT_FINITE),
        ({'gripper': float('nan')}, MotionReason.NOT_FINITE),
        ({'quaternion': np.zeros(4)}, MotionReason.NO_ROTATION),
        ({'gripper': 1.5}, MotionReason.GRIPPER),
    ],
)
def test_key_poses_that_make_no_sense_are_refused(ready, changes, reason):
    ready.ask(CLOSE._replace(**changes))
    assert ready.last().refusal.reason is reason


def test_the_same_observation_is_not_answered_twice(cell):
    cell.ask(CLOSE)
    cell.until(lambda: REACHED in states(cell))
    cell.ask(THERE, stamp_ns=cell.last().asked.stamp_ns)
    assert cell.last().refusal.reason in (MotionReason.REPEATED, MotionReason.STALE)


def test_another_episode_ends_the_key_pose_and_the_gripper_is_told_anew(cell):
    cell.ask(CLOSE)
    cell.until(lambda: REACHED in states(cell))
    cell.ask(THERE._replace(gripper=1.0))
    cell.until(lambda: cell.speed() > 0.2)
    cell.note(cell.execution.begin_episode())
    assert cell.last().state is ABORTED
    assert 'Another episode' in cell.last().refusal.words
    assert not cell.execution.busy
    cell.until(lambda: cell.speed() < 1e-3)
    cell.run(0.3)
    cell.ask(CLOSE)
    cell.until(lambda: cell.last().state is REACHED)
    assert cell.grips == [1.0, 1.0]
