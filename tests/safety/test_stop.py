"""S15, S16, S17: profiled stops, the latch, and a reset that permits but never resumes."""

import itertools

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.stop_profile import StopProfile

NANO = 1_000_000_000


def press(rig, source='button', pressed=True):
    return rig.note(rig.controller.take_stop_signal(source, pressed, rig.now_ns, rig.steady_s))


def settle(rig, seconds=1.0):
    """The robot stands, nobody asks for motion, time passes."""
    rig.wait(seconds)
    return rig


def test_s15_an_e_stop_at_full_speed_brakes_within_its_bound_and_holds(bench):
    rig = bench().start()
    rig.drive(0.5, 0.5)
    start = len(rig.commands) - 1
    rig.pass_time(0.02)
    press(rig)
    pressed_at = rig.steady_s
    settle(rig, 2.0)
    stop = rig.commands[start:]
    for (t0, v0, w0), (t1, v1, w1) in itertools.pairwise(stop):
        assert abs(v1 - v0) <= 1.0 * (t1 - t0) + 1e-9
        assert abs(w1 - w0) <= 5.0 * (t1 - t0) + 1e-9
    at_rest = next(t for t, v, w in stop if v == 0 and w == 0)
    assert at_rest - pressed_at <= 0.5 / 1.0 + 2 * 0.05
    assert rig.decision.level is Level.STOPPED


def test_s15_the_stop_begins_in_the_very_call_that_reports_the_button(bench):
    rig = bench().start()
    rig.drive(0.5)
    rig.pass_time(0.05)
    decision = press(rig)
    assert decision.level is Level.STOPPING
    assert decision.reasons == ('estop_pressed',)
    assert decision.source == 'button'
    assert decision.command.linear[0] == pytest.approx(0.45)


def test_s15_the_path_keeps_its_shape_while_the_robot_brakes(bench):
    rig = bench().start()
    rig.drive(0.5, 0.4)
    rig.pass_time(0.05)
    press(rig)
    rig.pass_time(0.05)
    rig.watch()
    v, w = rig.sent()
    assert 0 < v < 0.5
    assert w / v == pytest.approx(0.4 / 0.5)


def test_s15_an_e_stop_before_the_first_command_moves_nothing(bench):
    rig = bench()
    rig.note(rig.controller.activate(rig.now_ns, rig.steady_s))
    press(rig)
    settle(rig)
    rig.drive(0.5)
    assert all(v == 0 and w == 0 for _, v, w in rig.commands)


def test_s16_any_source_sets_and_only_a_reset_clears(bench):
    rig = bench().start()
    rig.drive(0.3)
    rig.pass_time(0.05)
    press(rig, 'gamepad')
    press(rig, 'gamepad', False)
    settle(rig)
    assert rig.controller.latch.latched
    rig.drive(0.3)
    assert rig.decision.level is Level.STOPPED
    assert rig.sent() == (0.0, 0.0)
    settle(rig)
    assert rig.reset().success
    assert not rig.controller.latch.latched


def test_s16_reset_is_refused_while_the_cause_persists_and_names_it(bench):
    rig = bench().start()
    press(rig, 'door')
    press(rig, 'button')
    press(rig, 'button', False)
    settle(rig)
    reply = rig.reset()
    assert not reply.success
    assert 'door' in reply.message
    assert 'button' not in reply.message
    press(rig, 'door', False)
    assert rig.reset().success


def test_s16_reset_is_refused_while_the_input_is_not_neutral(bench):
    rig = bench().start()
    press(rig)
    press(rig, pressed=False)
    settle(rig)
    rig.tick(0.3)
    reply = rig.reset()
    assert not reply.success
    assert 'zero' in reply.message
    rig.drive(0.0)
    assert rig.reset().success


def test_s16_reset_is_refused_while_the_robot_still_stops_or_is_pushed(bench):
    rig = bench(stop__require_neutral=False).start()
    rig.drive(0.5)
    rig.pass_time(0.05)
    press(rig)
    press(rig, pressed=False)
    assert 'stopping' in rig.reset().message
    settle(rig, 2.0)
    rig.measured = (0.2, 0.0)
    rig.pass_time(0.05)
    rig.sense()
    assert 'moves' in rig.reset().message
    rig.measured = (0.0, 0.0)
    rig.pass_time(0.05)
    rig.sense()
    assert rig.reset().success


def test_s16_a_restarted_controller_comes_up_latched(bench):
    rig = bench().start()
    rig.drive(0.5)
    again = bench()
    again.now_ns, again.steady_s = rig.now_ns, rig.steady_s
    decision = again.note(again.controller.activate(again.now_ns, again.steady_s))
    assert decision.latched
    assert decision.level is Level.STOPPED
    again.drive(0.5)
    assert again.sent() == (0.0, 0.0)


def test_s16_a_monitored_stop_source_that_falls_silent_counts_as_pressed(bench):
    rig = bench(stop__monitored=['button']).start()
    for _ in range(5):
        rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
        rig.tick(0.3)
    assert rig.decision.level is Level.NORMAL
    rig.drive(0.3, seconds=1.5)
    assert rig.decision.level is Level.STOPPED
    assert rig.decision.reasons[0] == 'estop_silent'
    settle(rig)
    assert not rig.reset().success
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    assert rig.reset().success


def test_s17_reset_permits_and_never_resumes(bench):
    """No motion until a proposal from after the reset; the one before it is refused."""
    rig = bench().start()
    rig.drive(0.5)
    rig.pass_time(0.05)
    press(rig)
    press(rig, pressed=False)
    settle(rig, 2.0)
    epoch = rig.controller.epoch
    reply = rig.reset()
    assert reply.success
    assert reply.epoch == epoch + 1
    moved = len(rig.commands)
    rig.wait(1.0)
    assert all(v == 0 and w == 0 for _, v, w in rig.commands[moved:])
    assert rig.decision.level is Level.HOLD
    reset_at = rig.now_ns
    rig.pass_time(0.1)
    rig.sense()
    old = rig.propose(0.5, stamp_ns=reset_at - 2 * NANO)
    assert old.reasons[0] == 'proposal_before_reset'
    assert rig.sent() == (0.0, 0.0)
    assert rig.tick(0.5).reasons == ('arming',)
    assert rig.sent() == (0.0, 0.0)
    rig.tick(0.5)
    assert rig.sent()[0] == pytest.approx(0.1)


def test_a_reset_without_need_changes_nothing(bench):
    rig = bench().start()
    rig.drive(0.0)
    epoch = rig.controller.epoch
    assert rig.reset().success
    assert rig.controller.epoch == epoch


def test_the_profile_reaches_rest_and_stays_there():
    profile = StopProfile([1.0, 5.0])
    values = np.array([0.5, -1.0])
    assert profile.duration(values) == pytest.approx(0.5)
    for _ in range(10):
        values = profile.step(values, 0.1)
    assert not values.any()
    assert not profile.step(values, 0.1).any()


@pytest.mark.parametrize('bad', [0.0, -1.0, np.nan, np.inf])
def test_a_deceleration_that_cannot_stop_is_refused(bad):
    with pytest.raises(ValueError, match='positive'):
        StopProfile([1.0, bad])


def test_a_time_step_that_is_not_positive_brakes_nothing():
    values = np.array([0.5, 0.1])
    assert StopProfile([1.0, 1.0]).step(values, 0.0).tolist() == values.tolist()


def test_s1_another_publisher_on_the_actuators_stops_and_latches_until_it_is_gone(bench):
    rig = bench().start()
    rig.drive(0.5)
    rig.pass_time(0.05)
    decision = rig.note(rig.controller.take_rivals(['/rival'], rig.now_ns, rig.steady_s))
    assert decision.reasons == ('actuator_shared',)
    assert decision.source == '/rival'
    assert decision.level is Level.STOPPING
    settle(rig)
    assert rig.sent() == (0.0, 0.0)
    assert '/rival' in rig.reset().message
    assert not rig.reset().success
    assert rig.controller.take_rivals(['/rival'], rig.now_ns, rig.steady_s) is None
    rig.controller.take_rivals([], rig.now_ns, rig.steady_s)
    assert rig.controller.latch.latched
    assert rig.reset().success
