"""S10: measured motion against commands, and what of it is no fault."""

from __future__ import annotations

from policy_nodes.safety.ladder import Level

RESPONSE, LASTS = 0.5, 0.3


def test_s10_a_base_that_is_stuck_latches_a_stop_and_is_named(bench):
    rig = bench().start()
    rig.drive(0.5, seconds=1.0)
    rig.measured = (0.0, 0.0)
    began = rig.steady_s
    while 'tracking_error' not in rig.decision.reasons:
        rig.tick(0.5)
        assert rig.steady_s - began < RESPONSE + LASTS + 0.3
    assert rig.decision.source == 'base'
    assert 'm/s off' in rig.decision.findings[0].detail
    assert rig.decision.latched
    rig.drive(0.5, seconds=1.0)
    assert rig.sent() == (0.0, 0.0)
    assert rig.decision.level is Level.STOPPED


def test_s10_a_base_that_runs_away_while_it_is_held_latches_a_stop(bench):
    rig = bench().start()
    rig.drive(0.5, seconds=1.0)
    rig.wait(1.5)
    assert rig.decision.level is Level.HOLD
    rig.measured = (0.4, 0.0)
    rig.wait(1.0)
    assert 'tracking_error' in rig.decision.reasons
    assert rig.decision.level is Level.STOPPING, 'it does not stand'


def test_s10_a_base_that_spins_latches_a_stop(bench):
    rig = bench().start()
    rig.drive(0.2, seconds=1.0)
    rig.measured = (0.2, 1.5)
    rig.drive(0.2, seconds=1.0)
    assert 'tracking_error' in rig.decision.reasons
    assert 'rad/s off' in rig.decision.findings[0].detail


def test_s10_a_base_that_follows_late_and_saturates_is_as_it_should_be(bench):
    rig = bench().start()
    for step in range(60):
        v = 0.5 if step // 20 % 2 == 0 else -0.5
        late = rig.commands[-4][1:] if len(rig.commands) > 3 else (0.0, 0.0)
        rig.measured = (max(-0.41, min(0.41, late[0])), late[1])
        rig.tick(v, 0.8)
        assert 'tracking_error' not in rig.decision.reasons


def test_s10_an_error_that_does_not_last_is_none(bench):
    rig = bench().start()
    rig.drive(0.5, seconds=1.0)
    rig.measured = (0.0, 0.0)
    rig.tick(0.5)
    rig.measured = None
    rig.drive(0.5, seconds=1.0)
    assert rig.decision.level is Level.NORMAL


def test_s10_a_latched_base_that_stands_may_be_pushed_by_hand(bench):
    rig = bench().start()
    rig.measured = (0.4, 0.0)
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    rig.measured = None
    rig.wait(1.0)
    assert rig.decision.level is Level.STOPPED
    rig.measured = (0.4, 0.0)
    for _ in range(20):
        rig.pass_time(0.1)
        rig.sense()
    assert rig.controller.latch.causes[0].reason.code == 'estop_pressed'
    assert all(cause.reason.code != 'tracking_error' for cause in rig.controller.latch.causes)


def test_s10_after_a_reset_the_commands_of_before_count_no_more(bench):
    rig = bench().start()
    rig.drive(0.5, seconds=1.0)
    rig.measured = (0.0, 0.0)
    rig.drive(0.5, seconds=1.5)
    assert 'tracking_error' in rig.decision.reasons
    rig.wait(1.0)
    assert rig.reset().success
    rig.measured = None
    rig.drive(0.3, seconds=1.5)
    assert rig.decision.level is Level.NORMAL


def test_s10_it_can_be_left_out(bench):
    rig = bench(**{'tracking.enabled': False}).start()
    rig.drive(0.5, seconds=1.0)
    rig.measured = (0.0, 0.0)
    rig.drive(0.5, seconds=2.0)
    assert 'tracking_error' not in rig.decision.reasons
