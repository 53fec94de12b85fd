"""S2, S15-S18: legs come up limp, stand up, blend in, hold, sit down and damp."""

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_motion import LegMode


def modes_of(rig, seconds, **step):
    """Modes in the order in which they came, while proposals come."""
    seen = [rig.mode]
    for _ in range(round(seconds / 0.02)):
        rig.step(**step)
        if rig.mode is not seen[-1]:
            seen.append(rig.mode)
    return seen


def test_s2_it_comes_up_latched_and_damps_only(legs, leg_make):
    rig = legs().begin()
    rig.walk(1.0)
    assert rig.decision.level is Level.STOPPED
    assert rig.decision.reasons[0] == 'awaiting_reset'
    assert all(not command.kp.any() for command in rig.sent)
    assert all((command.kd == leg_make.damping).all() for command in rig.sent)


def test_s2_it_sends_nothing_before_it_is_active_and_the_required_sensors_are_fresh(legs):
    rig = legs()
    rig.sensors = {'imu'}
    assert rig.step().reasons == ('not_active',)
    assert rig.propose().reason.code == 'not_active'
    rig.note(rig.controller.activate(*rig.now))
    rig.wait(0.5)
    assert not rig.sent
    assert 'source_missing' in rig.decision.reasons
    rig.sensors = {'imu', 'joints'}
    rig.wait(0.1)
    assert rig.sent


def test_the_start_up_interlock_leads_from_damping_over_standing_and_blending_to_proposals(legs):
    rig = legs().start()
    seen = modes_of(rig, 4.0)
    assert seen == [LegMode.DAMPING, LegMode.STAND_UP, LegMode.BLEND_IN, LegMode.FOLLOW]
    assert rig.decision.level is Level.NORMAL


def test_blending_in_takes_its_time_and_has_no_jolt(legs, leg_make):
    rig = legs().start()
    target = leg_make.stand + 0.3
    began = []
    for _ in range(200):
        rig.step(target, kp=20.0)
        began += [rig.steady_s] if rig.mode is LegMode.BLEND_IN else []
    assert began[-1] - began[0] == pytest.approx(1.0, abs=0.05)
    positions = np.array([command.position for command in rig.sent])
    assert np.abs(np.diff(positions, axis=0)).max() < 0.03
    assert rig.command.position == pytest.approx(target)
    assert rig.command.kp == pytest.approx(20.0)


def test_a_robot_that_does_not_come_to_stand_sits_down_instead_of_handing_over(legs):
    rig = legs(joints__tracking_time=10.0, joints__torque_time=10.0).start()
    rig.blocked = (1, 2, 4, 5)
    seen = modes_of(rig, 6.0)
    assert seen == [LegMode.DAMPING, LegMode.STAND_UP, LegMode.SIT_DOWN, LegMode.DAMPING]
    assert 'leg_stand_failed' in rig.decision.reasons


def test_s18_the_stop_ladder_of_legs_is_hold_then_sit_down_then_damping(legs, leg_make):
    rig = legs().up()
    seen, levels = [], []
    for _ in range(150):
        rig.wait(0.02)
        if not seen or rig.mode is not seen[-1]:
            seen.append(rig.mode)
        if not levels or rig.decision.level is not levels[-1]:
            levels.append(rig.decision.level)
    assert seen == [LegMode.FOLLOW, LegMode.HOLD, LegMode.SIT_DOWN, LegMode.DAMPING]
    assert levels == [Level.NORMAL, Level.HOLD, Level.STOPPING, Level.STOPPED]
    assert rig.position == pytest.approx(leg_make.sit, abs=0.02)
    assert rig.decision.reasons[0] == 'leg_held_too_long'
    assert 'proposal_silent' in rig.decision.findings[0].detail


def test_s15_sitting_down_is_profiled_and_never_faster_than_its_limit(legs):
    rig = legs(sit__max_velocity=1.0).up()
    rig.wait(3.0)
    sitting = [c.position for c in rig.sent if c.kp.any()][-120:]
    steps = np.abs(np.diff(np.array(sitting), axis=0))
    assert steps.max() <= 1.0 * 0.02 + 1e-9
    # it begins and ends at rest: neither its first nor its last step is the largest
    moving = steps.max(axis=1)[steps.max(axis=1) > 0]
    assert moving[0] < 0.3 * moving.max()
    assert moving[-1] < 0.3 * moving.max()


def test_s15_a_hold_keeps_the_targets_and_never_goes_to_zero(legs, leg_make):
    rig = legs().up()
    pose = leg_make.stand + 0.2
    rig.walk(1.0, pose)
    rig.wait(0.3)
    assert rig.mode is LegMode.HOLD
    assert rig.command.position == pytest.approx(pose)


def test_a_hold_ends_by_itself_when_fresh_proposals_come_and_blends_in(legs, leg_make):
    rig = legs().up()
    rig.wait(0.3)
    target = leg_make.stand + 0.2
    seen = modes_of(rig, 0.5, position=target)
    assert seen == [LegMode.HOLD, LegMode.BLEND_IN, LegMode.FOLLOW]
    positions = np.array([command.position for command in rig.sent[-25:]])
    assert np.abs(np.diff(positions, axis=0)).max() < 0.05


def test_holds_that_come_again_and_again_do_not_freeze_the_legs_for_ever(legs):
    rig = legs().up()
    modes = set()
    for step in range(200):
        rig.step(kp=np.nan if step % 3 == 0 else 35.0)
        modes.add(rig.mode)
    assert {LegMode.HOLD, LegMode.BLEND_IN, LegMode.SIT_DOWN} <= modes
    assert rig.mode is LegMode.DAMPING
    assert 'leg_held_too_long' in rig.decision.reasons


def test_single_holds_far_apart_do_not_add_up(legs):
    rig = legs().up()
    for step in range(2000):
        rig.step(kp=np.nan if step % 40 == 0 else 35.0)
    assert rig.mode is LegMode.FOLLOW


def test_a_hold_while_standing_up_goes_on_standing_up(legs):
    rig = legs().start()
    rig.walk(0.5)
    assert rig.mode is LegMode.STAND_UP
    rig.wait(0.3)
    assert rig.mode is LegMode.HOLD
    assert modes_of(rig, 4.0)[1:] == [LegMode.STAND_UP, LegMode.BLEND_IN, LegMode.FOLLOW]


def test_a_sit_down_that_has_begun_is_finished_even_when_proposals_come_back(legs):
    rig = legs().up()
    rig.wait(0.6)
    assert rig.mode is LegMode.SIT_DOWN
    assert modes_of(rig, 3.0) == [LegMode.SIT_DOWN, LegMode.DAMPING]
    assert rig.decision.level is Level.STOPPED


def test_s17_a_reset_does_not_resume_before_a_fresh_proposal(legs):
    rig = legs().start()
    old = rig.now_ns
    rig.wait(1.0)
    assert rig.mode is LegMode.DAMPING
    assert rig.decision.level is Level.HOLD
    assert rig.propose(stamp_ns=old).reason.code == 'proposal_before_reset'
    rig.tick()
    assert rig.mode is LegMode.DAMPING
    # the first one only arms
    rig.step()
    assert rig.mode is LegMode.DAMPING
    rig.step()
    assert rig.mode is LegMode.STAND_UP


def test_s17_standing_up_begins_where_a_hand_left_the_legs(legs, leg_make):
    rig = legs().start()
    rig.position = leg_make.stand - 0.6
    rig.step()
    rig.step()
    rig.step()
    assert rig.mode is LegMode.STAND_UP
    assert rig.command.position == pytest.approx(leg_make.stand - 0.6, abs=0.02)


def test_s23_the_last_command_damps_and_nothing_follows(legs, leg_make):
    rig = legs().up()
    last = rig.note(rig.controller.final_command(rig.now_ns))
    assert not last.command.kp.any()
    assert (last.command.kd == leg_make.damping).all()
    assert last.reasons == ('deactivated',)
    assert rig.step().command is None
    assert rig.begin().decision.level is Level.STOPPED
    assert rig.controller.latch.latched


def test_s23_a_controller_that_never_spoke_has_no_last_command(legs):
    rig = legs()
    rig.controller.activate(*rig.now)
    assert rig.controller.final_command(rig.now_ns).command is None
