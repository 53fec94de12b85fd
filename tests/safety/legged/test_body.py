"""S14: attitude, height, contacts, torque and temperature; never no torque while standing."""

import math

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_attitude import lean
from policy_nodes.safety.legged_motion import LegMode
from policy_nodes.safety.legged_persistence import Persistence

NANO = 1_000_000_000


def first_stop(rig, seconds=2.0, **step):
    """Time until the legs no longer follow, and the mode that they changed to."""
    start = rig.steady_s
    for _ in range(round(seconds / 0.02)):
        rig.step(**step)
        if rig.mode not in (LegMode.FOLLOW, LegMode.BLEND_IN):
            break
    return rig.steady_s - start, rig.mode


def never_limp(rig):
    return all((command.kd > 0).all() for command in rig.sent)


@pytest.mark.parametrize('yaw', [0.0, 2.0])
@pytest.mark.parametrize(('roll', 'pitch'), [(0.3, -0.2), (-1.2, 0.4), (2.5, 0.9), (0.0, -1.4)])
def test_roll_and_pitch_are_those_of_the_body_whatever_its_heading(leg_make, roll, pitch, yaw):
    got = lean(leg_make.quaternion(roll, pitch, yaw))
    assert got[:2] == pytest.approx((roll, pitch))
    assert got[2] == pytest.approx(math.acos(math.cos(roll) * math.cos(pitch)))


@pytest.mark.parametrize('lean', [{'roll': 1.05}, {'roll': -1.05}, {'pitch': 1.05}, {'roll': 3.0}])
def test_s14_a_tilt_of_60_degrees_makes_the_joints_damp_at_once(legs, lean):
    rig = legs().up()
    rig.lean = lean
    assert first_stop(rig) == (pytest.approx(0.02), LegMode.DAMPING)
    assert rig.decision.reasons[0] == 'leg_fallen'
    assert rig.decision.source == 'imu'
    assert not rig.command.kp.any()
    assert never_limp(rig)


@pytest.mark.parametrize('lean', [{'roll': 0.75}, {'roll': -0.75}, {'pitch': -0.85}])
def test_s14_roll_or_pitch_beyond_what_legs_master_sits_the_robot_down(legs, lean):
    rig = legs().up()
    rig.lean = lean
    time, mode = first_stop(rig)
    assert mode is LegMode.SIT_DOWN
    assert 0.1 <= time <= 0.1 + 0.04 + 1e-9
    assert rig.decision.reasons[0] == 'leg_tilt'
    rig.walk(3.0)
    assert rig.mode is LegMode.DAMPING


def test_s14_a_short_lurch_and_a_slope_of_33_degrees_stop_nothing(legs):
    rig = legs().up()
    rig.lean = {'roll': 0.75}
    rig.walk(0.08)
    rig.lean = {'pitch': -0.58, 'yaw': 1.0}
    assert rig.walk(1.0).level is Level.NORMAL


@pytest.mark.parametrize(('height', 'words'), [(0.05, '0.05 m'), (0.7, '0.70 m')])
def test_s14_a_body_that_is_too_low_or_lifted_sits_down(legs, height, words):
    rig = legs('height').up()
    rig.height = height
    time, mode = first_stop(rig)
    assert (mode, rig.decision.reasons[0]) == (LegMode.SIT_DOWN, 'leg_height')
    assert words in rig.decision.findings[0].detail
    assert 0.2 <= time <= 0.2 + 0.04 + 1e-9


def test_a_low_body_is_no_fault_while_it_lies_or_stands_up(legs):
    rig = legs('height')
    rig.height = 0.05
    rig.start().walk(1.0)
    assert rig.mode is LegMode.STAND_UP


def test_s14_no_foot_on_the_ground_for_longer_than_a_jump_makes_the_joints_damp(legs):
    rig = legs('contacts').up()
    rig.touching = (False,) * 4
    time, mode = first_stop(rig)
    assert (mode, rig.decision.reasons[0]) == (LegMode.DAMPING, 'leg_airborne')
    assert 0.6 <= time <= 0.6 + 0.04 + 1e-9


def test_a_jump_with_all_feet_in_the_air_is_no_fault(legs):
    rig = legs('contacts').up()
    rig.touching, rig.lean = (False,) * 4, {'force': 0.5}
    rig.walk(0.5)
    rig.touching, rig.lean = (True,) * 4, {'force': 30.0}
    assert rig.walk(0.2).level is Level.NORMAL


def test_s14_feet_that_report_contact_in_free_fall_are_not_believed(legs):
    rig = legs('contacts').up()
    rig.touching, rig.lean = (True, False, False, True), {'force': 0.3}
    time, mode = first_stop(rig)
    assert (mode, rig.decision.reasons[0]) == (LegMode.SIT_DOWN, 'leg_contact_implausible')
    assert rig.decision.source == 'fl, hr'
    assert 0.15 <= time <= 0.15 + 0.04 + 1e-9


@pytest.mark.parametrize('state', [True, False])
def test_s14_a_foot_that_never_changes_while_the_others_step_is_not_believed(legs, state):
    rig = legs('contacts').up()
    for step in range(400):
        on = step // 10 % 2 == 0
        rig.touching = (on, state, not on, on)
        rig.step()
        if rig.mode is not LegMode.FOLLOW:
            break
    assert (rig.mode, rig.decision.reasons[0]) == (LegMode.SIT_DOWN, 'leg_contact_implausible')
    assert rig.decision.source == 'hl'


def test_a_gait_in_which_every_foot_steps_is_believed(legs):
    rig = legs('contacts').up()
    for step in range(1000):
        on = step // 10 % 2 == 0
        rig.touching = (on, not on, not on, on)
        rig.step()
    assert rig.decision.level is Level.NORMAL


@pytest.mark.parametrize('sign', [1, -1])
def test_s14_a_measured_torque_over_its_lasting_limit_for_too_long_sits_the_robot_down(legs, sign):
    rig = legs().up()
    rig.effort = np.zeros(12)
    rig.effort[5] = 13.0 * sign
    time, mode = first_stop(rig)
    assert (mode, rig.decision.reasons[0]) == (LegMode.SIT_DOWN, 'leg_torque')
    assert rig.decision.source == 'k_hl'
    assert 0.5 <= time <= 0.5 + 0.04 + 1e-9


def test_s14_a_joint_that_stays_overloaded_while_sitting_down_makes_all_damp(legs):
    rig = legs(sit__duration=5.0).up()
    rig.effort = np.full(12, 13.0)
    rig.walk(0.6)
    assert rig.mode is LegMode.SIT_DOWN
    rig.walk(0.6)
    assert rig.mode is LegMode.DAMPING
    # after a reset a sit-down is whole again
    rig.effort = np.zeros(12)
    rig.walk(0.1)
    assert rig.reset().success
    rig.walk(4.0)
    rig.wait(1.0)
    assert rig.mode is LegMode.SIT_DOWN


def test_s14_a_torque_that_is_asked_for_counts_where_none_is_measured(legs, leg_make):
    rig = legs().up()
    rig.blocked = (2,)
    target = leg_make.stand.copy()
    target[2] += 0.4
    time, mode = first_stop(rig, position=target)
    assert (mode, rig.decision.reasons[0]) == (LegMode.SIT_DOWN, 'leg_torque')
    assert time <= 0.6
    assert rig.decision.source == 'k_fl'


def test_s10_a_blocked_joint_far_from_its_target_sits_the_robot_down(legs, leg_make):
    rig = legs(joints__tracking_error=0.3).up()
    rig.blocked = (2,)
    target = leg_make.stand.copy()
    target[2] += 0.4
    time, mode = first_stop(rig, position=target, kp=20.0)
    assert (mode, rig.decision.reasons[0]) == (LegMode.SIT_DOWN, 'leg_tracking')
    assert rig.decision.source == 'k_fl'
    assert 0.4 <= time <= 0.5


def test_a_joint_that_a_proposal_leaves_without_stiffness_is_not_taken_for_blocked(legs, leg_make):
    rig = legs(joints__tracking_error=0.3).up()
    gains, target = np.full(12, 35.0), leg_make.stand.copy()
    gains[2], target[2] = 0.0, target[2] + 0.6
    assert rig.walk(1.0, target, kp=gains).level is Level.NORMAL


def test_s14_a_motor_that_is_too_hot_sits_the_robot_down_and_bars_the_reset(legs):
    rig = legs('temperature').up()
    rig.celsius[4] = 85.0
    time, mode = first_stop(rig)
    assert (mode, rig.decision.reasons[0]) == (LegMode.SIT_DOWN, 'leg_temperature')
    assert rig.decision.source == 'h_hl'
    assert 1.0 <= time <= 1.0 + 0.04 + 1e-9
    rig.walk(3.0)
    assert 'leg_temperature (h_hl)' in rig.reset().message
    rig.celsius[4] = 60.0
    rig.walk(0.1)
    assert rig.reset().success


def test_s8_a_joint_measured_outside_its_limits_sits_the_robot_down(legs):
    rig = legs().up()
    rig.blocked = (0,)
    rig.position[0] = 1.3
    _, mode = first_stop(rig)
    assert mode is LegMode.SIT_DOWN
    assert 'leg_position' in rig.decision.reasons
    assert any(finding.source == 'a_fl' for finding in rig.decision.findings)


def test_s9_a_joint_that_runs_away_makes_all_damp(legs, leg_make):
    rig = legs().up()
    rig.sensors.discard('joints')
    for _ in range(4):
        rig.pass_time(0.02)
        rig.sense()
        fast = np.zeros(12)
        fast[7] = 60.0
        rig.controller.take_joints(leg_make.joints(rig.now_ns, rig.position, fast), *rig.now)
        rig.propose()
        rig.tick()
    assert (rig.mode, rig.decision.reasons[0]) == (LegMode.DAMPING, 'leg_runaway')
    assert rig.decision.source == 'h_fr'
    assert never_limp(rig)


def test_s16_a_reset_is_refused_while_the_robot_lies_on_its_side(legs):
    rig = legs().up()
    rig.lean = {'roll': 1.5}
    rig.walk(1.0)
    assert rig.decision.level is Level.STOPPED
    reply = rig.reset()
    assert not reply.success
    assert 'leg_fallen' in reply.message
    rig.lean = {}
    rig.walk(0.1)
    assert rig.reset().success
    rig.walk(4.0)
    assert rig.mode is LegMode.FOLLOW


def test_a_fall_while_the_robot_waits_or_stands_up_latches_as_well(legs):
    rig = legs().start()
    rig.walk(0.5)
    rig.lean = {'pitch': 1.5}
    rig.step()
    assert (rig.mode, rig.decision.reasons[0]) == (LegMode.DAMPING, 'leg_fallen')
    assert rig.decision.latched


def test_what_stays_beyond_trips_again_and_what_comes_back_starts_anew():
    watch = Persistence(2, 0.1)
    beyond = np.array([True, False])
    tripped = [len(watch.look(beyond, round(t * 0.04 * NANO))) for t in range(9)]
    assert tripped == [0, 0, 0, 1, 0, 0, 1, 0, 0]
    assert watch.beyond.tolist() == [True, False]
    assert not len(watch.look(~beyond, NANO))
    assert watch.beyond.tolist() == [False, True]
