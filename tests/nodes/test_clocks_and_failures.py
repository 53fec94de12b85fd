"""S2, S4, S5, S23: clocks that jump or stand, a controller without limits, one that fails."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lifecycle_msgs.msg import State, Transition
from node_process import CONFIG
from safety_rig import (
    BRAKING,
    CONTROLLER,
    FULL_SPEED,
    LOAD,
    PROPOSAL_TIMEOUT,
    WATCHDOG,
    SafetyRig,
)

from policy_nodes.nodes import qos
from policy_nodes.safety.ladder import Level
from policy_stack.msg import TrackedPersons

PARAMETERS = str(CONFIG / 'turtlebot' / 'safety_controller.yaml')
FAILING = str(Path(__file__).with_name('failing_controller.py'))
SHORT = WATCHDOG + BRAKING + LOAD


@pytest.fixture(scope='module')
def controller(processes):
    """On simulated time, and with a fault inside that waits to be provoked."""
    return processes(FAILING, '-p', 'use_sim_time:=true', '--params-file', PARAMETERS)


@pytest.fixture(scope='module')
def workshop(controller) -> Iterator[SafetyRig]:
    """Publishes the time too."""
    rig = SafetyRig(sim_time=True)
    yield rig
    rig.close()


@pytest.mark.parametrize('jump', [10.0, -10.0])
def test_s4_a_clock_that_jumps_stops_the_base_and_latches(rig, reaction, jump):
    rig.drive()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: setattr(rig, 'clock_jump', rig.clock_jump + jump))
    reaction('S4', f'/clock jumps by {jump:+.0f} s', taken, PROPOSAL_TIMEOUT + SHORT)
    rig.until(lambda: 'clock_jump' in rig.reasons_since(begin))
    assert rig.state.latched
    rig.policy = None
    rig.permit()
    rig.drive(0.3)


def test_s5_a_clock_that_stands_still_stops_the_base(rig, reaction):
    rig.drive()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: setattr(rig, 'clock_runs', False))
    reaction('S5', '/clock stands still', taken, PROPOSAL_TIMEOUT + SHORT)
    assert 'proposal_silent' in rig.reasons_since(begin)
    rig.stays_at_rest(0.5)
    assert rig.state.level == Level.HOLD


def test_s23_an_exception_in_a_callback_ends_with_rest_and_motion_stays_refused(
    rig, reaction, controller
):
    people = rig.node.create_publisher(TrackedPersons, 'tracked_people', qos.SENSOR_OUT)
    rig.until(people.get_subscription_count)
    rig.drive()
    taken = rig.time_to_rest(lambda: people.publish(TrackedPersons()))
    reaction('S23', 'exception in a callback of the controller', taken, LOAD)
    rig.until(lambda: 'internal_error' in rig.state.reasons)
    assert 'a fault inside' in controller.said()
    count = len(rig.commands)
    rig.policy = None
    assert not rig.reset().success
    rig.policy = lambda: (FULL_SPEED, 0.0)
    rig.stays_at_rest(0.5)
    assert len(rig.commands) == count
    rig.policy = None
    # out of it only by hand
    assert rig.change(CONTROLLER, Transition.TRANSITION_DEACTIVATE)
    assert rig.change(CONTROLLER, Transition.TRANSITION_ACTIVATE)
    rig.permit()
    rig.drive(0.2)


def test_s2_without_limits_the_controller_is_not_configured(processes, station):
    bare = processes(CONTROLLER, '-r', '__ns:=/bare')
    name = f'/bare/{CONTROLLER}'
    assert station.state_of(name) == State.PRIMARY_STATE_UNCONFIGURED
    assert not station.change(name, Transition.TRANSITION_CONFIGURE)
    assert station.state_of(name) == State.PRIMARY_STATE_UNCONFIGURED
    station.until(lambda: 'limits.linear.x' in bare.said())
    assert 'Traceback' not in bare.said()


def test_s25_a_value_out_of_range_in_the_file_is_refused_when_configuring(
    processes, station, tmp_path
):
    text = Path(PARAMETERS).read_text(encoding='utf-8')
    changed = text.replace('timeout: 0.3  #', 'timeout: -0.3  #')
    assert changed != text
    file = tmp_path / 'bad.yaml'
    file.write_text(changed, encoding='utf-8')
    bad = processes(CONTROLLER, '-r', '__ns:=/bad', '--params-file', str(file))
    assert not station.change(f'/bad/{CONTROLLER}', Transition.TRANSITION_CONFIGURE)
    station.until(lambda: 'proposal.timeout' in bad.said())
    assert 'Traceback' not in bad.said()
