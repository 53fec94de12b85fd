"""S1, S16, S17, S22: latched stops, their sources and their reset."""

import pytest

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_motion import LegMode


def press(rig, pressed=True, source='button'):
    return rig.note(rig.controller.take_stop_signal(source, pressed, *rig.now))


def test_s16_an_emergency_stop_sits_the_robot_down_in_that_very_call_and_latches(legs):
    rig = legs().up()
    decision = press(rig)
    assert decision.mode is LegMode.SIT_DOWN
    assert decision.level is Level.STOPPING
    assert (decision.reasons, decision.source) == (('estop_pressed',), 'button')
    press(rig, False)
    rig.walk(3.0)
    assert rig.decision.level is Level.STOPPED
    assert rig.mode is LegMode.DAMPING


def test_s16_an_emergency_stop_may_be_told_to_damp_at_once(legs):
    rig = legs(stop__on_estop='damp').up()
    assert press(rig).mode is LegMode.DAMPING
    assert not rig.command.kp.any()


def test_s16_a_monitored_source_that_falls_silent_counts_as_pressed(legs):
    rig = legs(stop__monitored=['button'], stop__timeout=0.3).begin()
    for _ in range(5):
        press(rig, False)
        rig.step()
    assert rig.reset().success
    rig.walk(0.4)
    assert rig.decision.reasons[0] == 'estop_silent'
    assert not rig.reset().success


def test_s16_a_reset_is_refused_while_the_source_is_pressed_and_while_the_robot_sits_down(legs):
    rig = legs().up()
    press(rig)
    assert 'button' in rig.reset().message
    press(rig, False)
    rig.step()
    assert 'still stopping' in rig.reset().message
    rig.walk(3.0)
    assert rig.reset().success
    assert rig.controller.epoch == 2


def test_s16_a_reset_is_refused_while_somebody_moves_the_legs(legs, leg_make):
    rig = legs().begin()
    rig.sensors.discard('joints')
    rig.pass_time(0.02)
    moving = leg_make.joints(rig.now_ns, rig.position, [1.0] * 12)
    rig.controller.take_joints(moving, *rig.now)
    assert 'Joints still move' in rig.reset().message


def test_s16_a_reset_without_a_latch_changes_nothing_and_without_activation_is_refused(legs):
    rig = legs()
    assert 'not active' in rig.reset().message
    rig.up()
    assert rig.reset().success
    assert (rig.controller.epoch, rig.mode) == (1, LegMode.FOLLOW)


def test_s1_a_rival_on_the_command_topic_sits_the_robot_down_and_bars_the_reset(legs):
    rig = legs().up()
    decision = rig.note(rig.controller.take_rivals(['joystick'], *rig.now))
    assert decision.mode is LegMode.SIT_DOWN
    assert (decision.reasons[0], decision.source) == ('actuator_shared', 'joystick')
    rig.walk(3.0)
    assert 'joystick' in rig.reset().message
    rig.controller.take_rivals([], *rig.now)
    assert rig.reset().success


def test_s1_it_does_not_begin_to_command_while_another_publisher_owns_the_topic(legs):
    rig = legs()
    rig.controller.take_rivals(['vendor'], *rig.now)
    rig.begin().walk(1.0)
    assert not rig.sent
    assert 'actuator_shared' in rig.decision.reasons
    assert 'vendor' in rig.reset().message
    rig.controller.take_rivals([], *rig.now)
    rig.step()
    assert rig.sent
    assert rig.reset().success


def test_s16_no_stream_of_proposals_clears_a_latch(legs):
    rig = legs().up()
    press(rig)
    press(rig, False)
    rig.walk(10.0)
    assert rig.decision.level is Level.STOPPED
    assert not rig.command.kp.any()


def test_s17_after_a_reset_all_of_the_start_up_comes_again(legs):
    rig = legs().up()
    press(rig)
    press(rig, False)
    rig.walk(3.0)
    assert rig.reset().success
    seen = [rig.mode]
    for _ in range(200):
        rig.step()
        seen += [rig.mode] if rig.mode is not seen[-1] else []
    assert seen == [LegMode.DAMPING, LegMode.STAND_UP, LegMode.BLEND_IN, LegMode.FOLLOW]


def test_s16_a_controller_that_is_restarted_comes_up_latched_and_sends_no_stiffness(legs):
    rig = legs().up()
    fresh = legs()
    fresh.now_ns, fresh.steady_s, fresh.position = rig.now_ns, rig.steady_s, rig.position
    fresh.begin().walk(1.0)
    assert fresh.decision.latched
    assert all(not command.kp.any() for command in fresh.sent)


def test_status_tells_without_commanding(legs):
    rig = legs().up()
    status = rig.controller.status(rig.now_ns)
    assert (status.command, status.level, status.mode) == (None, Level.NORMAL, LegMode.FOLLOW)


@pytest.mark.parametrize('reason', ['imu', 'joints'])
def test_in_lockstep_it_tells_which_sensor_is_behind(legs, reason):
    rig = legs().begin()
    rig.sensors.discard(reason)
    rig.pass_time(0.02)
    rig.sense()
    assert rig.controller.behind(rig.now_ns) == (reason,)


def test_s22_every_tick_repeats_damping_until_the_joints_say_that_they_rest(legs, leg_make):
    rig = legs().up()
    press(rig)
    press(rig, False)
    rig.walk(3.0)
    assert rig.mode is LegMode.DAMPING
    assert rig.decision.level is Level.STOPPED
    # the next stop is lost: the legs swing on, whatever they were told
    assert rig.reset().success
    rig.walk(4.0)
    assert rig.mode is LegMode.FOLLOW
    rig.controller.take_rivals(['somebody'], *rig.now)
    rig.controller.take_rivals([], *rig.now)
    rig.sensors.discard('joints')
    sent = len(rig.sent)
    for _ in range(300):
        rig.pass_time(leg_make.period)
        rig.sense()
        swing = leg_make.joints(rig.now_ns, leg_make.sit, [1.0] * 12)
        rig.controller.take_joints(swing, *rig.now)
        rig.tick()
    assert len(rig.sent) == sent + 300
    assert rig.mode is LegMode.DAMPING
    assert not rig.command.kp.any()
    assert rig.command.kd.all()
    assert rig.decision.level is Level.STOPPING
    assert 'still stopping' in rig.reset().message
    rig.sensors.add('joints')
    rig.wait(0.5)
    assert rig.decision.level is Level.STOPPED


def test_s22_a_stop_of_legs_counts_as_done_only_when_their_joints_say_so(legs):
    rig = legs().up()
    rig.sensors.discard('joints')
    press(rig)
    press(rig, False)
    rig.wait(5.0)
    assert rig.mode is LegMode.DAMPING
    assert rig.decision.level is Level.STOPPING
    assert not rig.reset().success
    rig.sensors.add('joints')
    rig.wait(0.5)
    assert rig.decision.level is Level.STOPPED
    assert rig.reset().success


@pytest.mark.parametrize('sensor', ['imu', 'joints'])
def test_s16_a_reset_is_refused_while_a_sensor_is_silent(legs, sensor):
    rig = legs().up()
    press(rig)
    press(rig, False)
    rig.walk(3.0)
    rig.sensors.discard(sensor)
    rig.wait(0.6)
    refused = rig.reset()
    assert not refused.success
    assert 'The cause is still there. source_silent' in refused.message
    rig.sensors.add(sensor)
    rig.wait(0.2)
    assert rig.reset().success
