"""S4, S5, S7: commands and sensors that are late, frozen, replayed or gone; clocks that jump."""

import itertools

import pytest

from policy_nodes.safety.clock_monitor import ClockMonitor
from policy_nodes.safety.freshness import Freshness
from policy_nodes.safety.ladder import Level

NANO = 1_000_000_000


def driving(bench, **changes):
    rig = bench(**changes).start()
    rig.drive(0.4)
    assert rig.sent()[0] == pytest.approx(0.4)
    return rig


def codes(rig):
    return set(rig.decision.reasons)


def test_s4_a_command_older_than_its_time_by_stamp_leads_to_a_controlled_stop(bench):
    rig = driving(bench)
    rig.pass_time(0.1)
    rig.sense()
    for _ in range(12):
        rig.pass_time(0.1)
        rig.sense()
        decision = rig.propose(0.4, stamp_ns=rig.now_ns - round(0.6 * NANO))
        assert decision.level is Level.HOLD
    assert rig.sent() == (0.0, 0.0)
    assert 'proposal_old' in rig.controller.counters.snapshot()


def test_s4_a_replayed_stamp_is_refused(bench):
    rig = driving(bench)
    old = rig.now_ns - round(0.3 * NANO)
    rig.pass_time(0.1)
    rig.sense()
    decision = rig.propose(0.5, stamp_ns=old)
    assert decision.reasons[0] == 'proposal_backward'
    assert decision.command.linear[0] < 0.4


def test_s4_a_frozen_policy_that_repeats_its_stamp_is_refused_and_stops(bench):
    rig = driving(bench)
    frozen = rig.now_ns
    for _ in range(10):
        rig.pass_time(0.1)
        rig.sense()
        rig.propose(0.4, stamp_ns=frozen)
        rig.watch()
    assert rig.sent() == (0.0, 0.0)
    assert {'proposal_repeated', 'proposal_silent'} <= set(rig.controller.counters.snapshot())


def test_s4_a_stamp_from_the_future_is_refused(bench):
    rig = driving(bench)
    rig.pass_time(0.1)
    rig.sense()
    decision = rig.propose(0.4, stamp_ns=rig.now_ns + NANO)
    assert decision.reasons == ('proposal_future',)
    assert decision.level is Level.HOLD
    assert decision.command.stamp_ns == rig.now_ns


def test_s4_proposals_from_the_future_do_not_shut_sound_ones_out(bench):
    rig = driving(bench)
    rig.pass_time(0.1)
    rig.sense()
    rig.propose(0.4, stamp_ns=rig.now_ns + 3600 * NANO)
    assert rig.tick(0.4).level <= Level.LIMITED


@pytest.mark.parametrize('jump', [-10.0, 10.0])
def test_s4_a_clock_jump_of_ten_seconds_stops_and_latches(bench, jump):
    rig = driving(bench)
    rig.now_ns += round(jump * NANO)
    rig.wait(1.0)
    assert rig.sent() == (0.0, 0.0)
    assert codes(rig) >= {'clock_jump'}
    assert rig.decision.level is Level.STOPPED
    assert rig.drive(0.4).latched
    assert rig.sent() == (0.0, 0.0)


@pytest.mark.parametrize('jump', [-10.0, 10.0])
def test_s4_where_a_jump_does_not_latch_only_stamps_of_the_new_clock_move(bench, jump):
    rig = driving(bench, clock__latch_on_jump=False)
    before = rig.now_ns
    rig.now_ns += round(jump * NANO)
    rig.pass_time(0.1)
    decision = rig.propose(0.4, stamp_ns=min(before, rig.now_ns) - round(0.05 * NANO))
    assert decision.level is Level.HOLD
    assert 'clock_jump' in decision.reasons
    rig.wait(1.0)
    assert rig.sent() == (0.0, 0.0)
    assert rig.tick(0.4).reasons[0] == 'arming'
    assert rig.tick(0.4).level <= Level.LIMITED
    assert rig.sent()[0] > 0


def test_s5_when_the_policy_blocks_the_watchdog_stops_within_the_time_out_and_one_period(bench):
    rig = driving(bench)
    last = rig.steady_s
    rig.wait(2.0)
    began = next(time for time, v, _ in rig.commands if time > last and v < 0.4)
    assert began - last <= 0.3 + 0.05 + 1e-9
    assert rig.sent() == (0.0, 0.0)
    assert rig.decision.reasons == ('proposal_silent',)


def test_s5_a_paused_node_clock_cannot_keep_the_robot_moving(bench):
    rig = driving(bench)
    rig.wait(1.5, sensing=False, node_clock=False)
    assert rig.sent() == (0.0, 0.0)
    assert codes(rig) == {'proposal_silent', 'source_silent'}


def test_s5_after_a_hold_a_fresh_stream_of_proposals_moves_again(bench):
    rig = driving(bench)
    rig.wait(1.5)
    assert rig.decision.level is Level.HOLD
    assert rig.tick(0.4).reasons == ('proposal_gap',)
    assert rig.tick(0.4).level <= Level.LIMITED
    assert rig.sent()[0] > 0


@pytest.mark.parametrize('lost', ['scan', 'odometry', 'people'])
def test_s7_a_required_source_that_falls_silent_stops_and_is_named(bench, lost):
    rig = bench(people__enabled=True, people__required=True)
    rig.people = ([(5.0, 5.0)], [(0.0, 0.0)])
    rig.start().drive(0.4)
    rig.sensors = tuple(name for name in rig.sensors if name != lost)
    silent_from = rig.steady_s
    for _ in range(20):
        rig.tick(0.4)
    assert rig.sent() == (0.0, 0.0)
    assert rig.decision.reasons[0] in ('source_silent', 'source_old')
    assert rig.decision.source == lost
    began = next(time for time, v, _ in rig.commands if time > silent_from and v < 0.4)
    assert began - silent_from <= 0.5 + 0.1 + 1e-9


def test_s7_the_robot_goes_on_by_itself_when_the_source_is_back(bench):
    rig = driving(bench)
    rig.sensors = ('odometry',)
    rig.drive(0.4, seconds=1.5)
    assert rig.sent() == (0.0, 0.0)
    rig.sensors = ('scan', 'odometry')
    rig.drive(0.4)
    assert rig.decision.level is Level.NORMAL


def test_s7_damaged_samples_are_no_sign_of_life_and_the_damage_is_told(bench, make):
    rig = driving(bench)
    rig.sensors = ('odometry',)
    for _ in range(8):
        rig.pass_time(0.1)
        rig.sense()
        taken = rig.controller.take_scan(
            make.scan([], rig.now_ns, frame='camera'), rig.now_ns, rig.steady_s
        )
        assert not taken
        rig.propose(0.4)
    assert rig.decision.reasons[0] == 'source_silent'
    assert "frame 'camera'" in rig.decision.findings[0].detail


def test_s7_people_that_are_not_required_may_be_absent(bench):
    rig = bench(people__enabled=True).start()
    assert rig.drive(0.4).level is Level.NORMAL


def test_a_repeated_sensor_stamp_is_no_sign_of_life():
    stream = Freshness('scan', timeout=0.5, max_age=100.0)
    assert stream.offer(NANO, NANO, 0.0)
    assert not stream.offer(NANO, NANO, 0.4)
    assert stream.lost(NANO, 0.6).reason.code == 'source_silent'


def test_an_old_stamp_that_arrives_now_counts_as_old():
    stream = Freshness('scan', timeout=0.5, max_age=0.5)
    assert stream.offer(NANO, 3 * NANO, 0.0)
    assert stream.lost(3 * NANO, 0.0).reason.code == 'source_old'


def test_a_flood_at_ten_times_the_rate_keeps_every_limit(bench):
    rig = bench().start()
    for _ in range(200):
        rig.tick(0.5, 1.0, dt=0.01)
    speeds = [v for _, v, _ in rig.commands]
    assert max(b - a for a, b in itertools.pairwise(speeds)) <= 1.0 * 0.01 + 1e-9
    assert rig.sent()[0] == pytest.approx(0.5)


def test_a_clock_that_stands_still_or_begins_does_not_jump():
    clock = ClockMonitor(forward=1.0, backward=0.05)
    assert clock.look(0, 0.0) is None
    assert clock.look(50 * NANO, 0.1) is None
    assert clock.look(50 * NANO, 30.0) is None
    assert clock.look(51 * NANO, 30.1) is None
    assert clock.look(61 * NANO, 30.2) == pytest.approx(10.0)
    assert clock.look(51 * NANO, 30.3) == pytest.approx(-10.0)
