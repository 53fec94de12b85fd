"""S6: signs of life by content: a sequence that counts up, and the present epoch."""

import pytest

from policy_nodes.safety.heartbeat_monitor import HeartbeatMonitor
from policy_nodes.safety.ladder import Level

NODE = 'navigation_policy'


def test_s6_a_heartbeat_that_stops_is_lost_after_its_time_out():
    monitor = HeartbeatMonitor(NODE, timeout=0.3)
    assert monitor.lost(0, 0.0).reason.code == 'heartbeat_missing'
    monitor.beat(1, 0, 0.0)
    assert monitor.lost(0, 0.29) is None
    assert monitor.lost(0, 0.31).reason.code == 'heartbeat_silent'
    assert monitor.lost(0, 0.31).source == NODE


def test_s6_a_sequence_that_no_longer_counts_is_no_sign_of_life():
    monitor = HeartbeatMonitor(NODE, timeout=0.3)
    for moment in range(10):
        monitor.beat(5, 0, 0.1 * moment)
    assert monitor.lost(0, 0.9).reason.code == 'heartbeat_silent'


def test_s6_a_restarted_node_has_to_prove_that_its_loop_turns():
    monitor = HeartbeatMonitor(NODE, timeout=0.3, proving_beats=3)
    monitor.beat(100, 0, 0.0)
    for sequence in range(3):
        monitor.beat(sequence, 0, 0.1)
        assert monitor.lost(0, 0.1).reason.code == 'heartbeat_restarted'
    monitor.beat(3, 0, 0.2)
    assert monitor.lost(0, 0.2) is None


def test_s6_a_node_of_an_older_epoch_is_not_armed():
    monitor = HeartbeatMonitor(NODE)
    monitor.beat(1, 0, 0.0)
    assert monitor.lost(1, 0.1).reason.code == 'epoch_old'
    monitor.beat(2, 1, 0.1)
    assert monitor.lost(1, 0.1) is None


def test_s6_the_robot_holds_when_a_required_node_falls_silent(bench):
    rig = bench(heartbeat__nodes=[NODE]).start()
    assert rig.drive(0.4).level is Level.NORMAL
    rig.sensors = ('scan', 'odometry')
    rig.drive(0.4, seconds=1.5)
    assert rig.decision.level is Level.HOLD
    assert rig.decision.reasons == ('heartbeat_silent',)
    assert rig.decision.source == NODE
    assert rig.sent() == (0.0, 0.0)


def test_nodes_that_are_not_required_may_say_what_they_like(bench):
    rig = bench().start()
    rig.controller.take_heartbeat('somebody', 7, 99, rig.steady_s)
    assert rig.drive(0.4).level is Level.NORMAL


@pytest.mark.parametrize('epoch', [0, 2])
def test_s17_only_nodes_of_the_new_epoch_move_the_robot_after_a_reset(bench, epoch):
    rig = bench(heartbeat__nodes=[NODE]).start()
    assert rig.controller.epoch == 1
    rig.sensors = ('scan', 'odometry')
    for sequence in range(100, 110):
        rig.controller.take_heartbeat(NODE, sequence, epoch, rig.steady_s)
        rig.tick(0.4)
    assert rig.decision.reasons == ('epoch_old',)
    assert rig.sent() == (0.0, 0.0)


def test_s6_a_node_that_the_middleware_reports_gone_is_lost_at_once_until_its_next_beat():
    monitor = HeartbeatMonitor(NODE, timeout=0.3)
    monitor.beat(1, 0, 0.0)
    monitor.fall_silent()
    assert monitor.lost(0, 0.01).reason.code == 'heartbeat_silent'
    monitor.beat(2, 0, 0.02)
    assert monitor.lost(0, 0.03) is None


def test_s6_the_robot_brakes_in_the_very_watchdog_tick_after_a_node_is_reported_gone(bench):
    rig = bench(heartbeat__nodes=[NODE]).start()
    rig.drive(0.5)
    rig.controller.take_heartbeat_gone(NODE)
    rig.pass_time(0.05)
    assert rig.watch().reasons == ('heartbeat_silent',)
    assert rig.sent()[0] < 0.5
    rig.controller.take_heartbeat_gone('nobody')
