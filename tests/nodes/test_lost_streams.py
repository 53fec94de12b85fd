"""S5, S6, S7 with a real controller: what happens when a process or a sensor is gone."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from safety_rig import (
    BRAKING,
    FULL_SPEED,
    HEARTBEAT_TIMEOUT,
    LOAD,
    PROPOSAL_TIMEOUT,
    SENSOR_TIMEOUT,
    TRACKING,
    WATCHDOG,
)

from policy_nodes.safety.ladder import Level

PUPPET = str(Path(__file__).with_name('puppet_policy.py'))
SHORT = WATCHDOG + BRAKING + LOAD


@pytest.fixture
def driven(rig, processes):
    """The base driven by a policy in a process of its own; its own one is silent."""
    rig.beating = False
    puppet = processes(PUPPET)
    rig.until(lambda: rig.sent == (FULL_SPEED, 0.0), what='the policy does not drive')
    yield rig, puppet
    puppet.end()


@pytest.mark.parametrize('number', [signal.SIGKILL, signal.SIGSTOP])
def test_s5_a_policy_that_is_killed_or_stopped_stops_the_base(driven, reaction, number):
    rig, puppet = driven
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: puppet.signal(number))
    reaction('S5', f'{number.name} to the policy process', taken, PROPOSAL_TIMEOUT + 0.1 + SHORT)
    rig.until(lambda: {'proposal_silent', 'heartbeat_silent'} <= rig.reasons_since(begin))
    assert rig.state.level == Level.HOLD
    assert rig.state.source in ('proposal', 'navigation_policy')
    rig.check_limits()


def test_s5_a_policy_that_goes_on_after_sigstop_drives_on_by_itself(driven):
    rig, puppet = driven
    rig.time_to_rest(lambda: puppet.signal(signal.SIGSTOP))
    puppet.signal(signal.SIGCONT)
    rig.until(lambda: rig.sent == (FULL_SPEED, 0.0), what='Hold did not lead back to Normal')
    rig.check_limits()


def test_s6_a_new_policy_process_has_to_prove_itself_before_it_drives(driven, processes):
    rig, puppet = driven
    rig.time_to_rest(lambda: puppet.signal(signal.SIGKILL))
    begin = time.monotonic()
    second = processes(PUPPET)
    rig.until(lambda: rig.sent == (FULL_SPEED, 0.0), what='the new process does not drive')
    second.end()
    reasons = rig.reasons_since(begin)
    assert 'heartbeat_restarted' in reasons
    assert 'internal_error' not in reasons


def test_s6_the_middleware_reports_a_dead_process(rig):
    """Content stays alive until its own time-out; liveliness is a second way to notice."""
    rig.drive()
    rig.node.destroy_publisher(rig.beats)
    begin = time.monotonic()
    rig.beating = False
    try:
        rig.until(lambda: 'heartbeat_silent' in rig.reasons_since(begin))
    finally:
        rig.connect_beats()


def test_s6_a_heartbeat_that_no_longer_counts_stops_the_base(rig, reaction):
    rig.drive()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: setattr(rig, 'counting', False))
    reaction('S6', 'heartbeat repeats its sequence', taken, HEARTBEAT_TIMEOUT + 0.1 + SHORT)
    rig.until(lambda: 'heartbeat_silent' in rig.reasons_since(begin))
    assert rig.state.source == 'navigation_policy'


def test_s6_a_policy_of_an_old_epoch_does_not_drive(rig, reaction):
    rig.drive()
    begin = time.monotonic()
    old = rig.epoch - 1
    taken = rig.time_to_rest(lambda: setattr(rig, 'beat_epoch', old))
    reaction('S6', 'heartbeat names an old epoch', taken, 0.1 + SHORT)
    assert 'epoch_old' in rig.reasons_since(begin)
    rig.stays_at_rest(0.3)


@pytest.mark.parametrize('sensor', ['scan', 'odometry'])
def test_s7_a_silent_sensor_stops_the_base_and_is_named(rig, reaction, sensor):
    rig.drive()
    begin = time.monotonic()
    switch = {'scan': 'scanning', 'odometry': 'odometry'}[sensor]
    taken = rig.time_to_rest(lambda: setattr(rig, switch, False))
    reaction('S7', f'{sensor} silent', taken, SENSOR_TIMEOUT + SHORT)
    rig.until(lambda: 'source_silent' in rig.reasons_since(begin))
    assert rig.state.level == Level.HOLD
    assert rig.state.source == sensor
    setattr(rig, switch, True)
    rig.until(lambda: rig.sent == (FULL_SPEED, 0.0), what='it does not drive on by itself')


def test_s7_sensors_that_are_too_old_by_their_stamps_stop_the_base(rig, reaction):
    rig.drive()
    begin = time.monotonic()

    def delay():
        # the policy stays in time
        rig.policy = lambda: rig.twist(FULL_SPEED, stamp=rig.stamp(-rig.behind))
        rig.behind = 2.0

    taken = rig.time_to_rest(delay)
    reaction('S7', 'sensors delayed by 2 s', taken, SENSOR_TIMEOUT + SHORT)
    rig.until(lambda: 'source_silent' in rig.reasons_since(begin))


def test_s7_a_frozen_scan_is_as_good_as_none(rig, reaction):
    """Messages go on to arrive, with one and the same stamp."""
    rig.drive()
    frozen = rig.stamp()

    def freeze():
        stamp = rig.stamp
        rig.stamp = lambda back=0.0: frozen
        rig.policy = lambda: rig.twist(FULL_SPEED, stamp=stamp())

    try:
        taken = rig.time_to_rest(freeze)
    finally:
        del rig.stamp
    reaction('S7', 'sensors repeat one stamp', taken, SENSOR_TIMEOUT + SHORT)


def test_s10_a_base_whose_wheels_are_blocked_stops_and_latches(rig, reaction):
    rig.drive()
    begin = time.monotonic()
    rig.blocked = True
    try:
        taken = rig.time_to_rest(lambda: None)
    finally:
        rig.blocked = False
    reaction('S10', 'wheels blocked', taken, TRACKING + SHORT)
    assert 'tracking_error' in rig.reasons_since(begin)
    assert rig.state.source == 'base'
    rig.until(lambda: rig.state.latched)
