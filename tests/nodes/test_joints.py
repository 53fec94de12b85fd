"""S1-S7, S15-S17, S23-S25 with a real controller of an arm, and with one of legs."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from arm_rig import ArmRig
from joint_rig import CONTROLLER, LOAD
from leg_rig import LegRig
from lifecycle_msgs.msg import Transition
from std_srvs.srv import Trigger

from policy_nodes.safety.ladder import Level

PUPPET = str(Path(__file__).with_name('puppet_joints.py'))
RIGS = {'arm': ArmRig, 'legged': LegRig}
# after it a hold of legs becomes a sit-down, of the yaml
HEARTBEAT_TIMEOUT = 0.5
SIT = 1.5


@pytest.fixture(scope='module', params=RIGS)
def make_rig(request):
    """The rig of one kind of robot; all tests run for one before the other begins."""
    return RIGS[request.param]


@pytest.fixture(scope='module')
def controller(processes, make_rig):
    """A safety controller on simulated time, unconfigured."""
    return processes(
        CONTROLLER,
        *('-p', f'kind:={make_rig.kind}', '-p', 'use_sim_time:=true'),
        *('-r', f'__ns:=/{make_rig.kind}'),
        *make_rig.parameters,
    )


@pytest.fixture(scope='module')
def workshop(controller, make_rig) -> Iterator:
    """A robot, a policy and an operator round the controller."""
    rig = make_rig()
    yield rig
    rig.close()


@pytest.fixture
def rig(workshop) -> Iterator:
    """The controller freshly configured, active and permitted to move."""
    workshop.begin()
    workshop.bring_up()
    workshop.permit()
    yield workshop
    workshop.policy = None
    workshop.press(False)
    workshop.bring_down()
    workshop.check_ladder()
    workshop.running = False


def until_said(rig, since, code):
    rig.until(lambda: code in rig.reasons_since(since), what=f'{code} was not said')


def test_s2_it_comes_up_latched_and_silent(workshop):
    workshop.begin()
    workshop.bring_up()
    workshop.policy = workshop.proposal
    assert workshop.silent_for(0.4) or workshop.kind == 'legged'
    # legs may be damped, but nothing else
    assert all(workshop.is_safe(message) for _, message in workshop.commands)
    assert workshop.state.level == Level.STOPPED
    assert workshop.state.latched
    assert workshop.state.reasons[0] == 'awaiting_reset'
    workshop.bring_down()


def test_s2_without_measured_joints_nothing_is_sent_or_permitted(workshop):
    workshop.begin()
    workshop.sensors.discard('joints')
    workshop.bring_up()
    workshop.policy = workshop.proposal
    workshop.until(lambda: 'source_missing' in workshop.state.reasons)
    assert workshop.silent_for(0.3)
    if workshop.kind == 'arm':
        assert 'No fresh joint state' in workshop.reset().message
    workshop.bring_down()


def test_s17_a_reset_permits_but_nothing_moves_before_a_new_proposal(rig):
    time.sleep(0.3)
    assert not rig.moves
    assert rig.state.level == Level.HOLD
    assert rig.state.epoch >= 1
    rig.move()
    assert rig.state.mode == ('follow' if rig.kind == 'legged' else '')
    assert list(rig.state.names) == list(rig.names)


def test_s1_the_controller_is_the_only_publisher_and_a_second_one_stops_the_robot(rig, reaction):
    found = rig.node.get_publishers_info_by_topic(rig.full(rig.actuators))
    assert [info.node_name for info in found] == [CONTROLLER]
    rig.move()
    begin, rivals = time.monotonic(), []

    def intrude():
        rivals.append(rig.node.create_publisher(rig.command_type, rig.full(rig.actuators), 10))

    taken = rig.time_to_rest(intrude)
    reaction('S1', f'{rig.kind}: a second publisher of commands', taken, 0.2 + SIT + LOAD)
    until_said(rig, begin, 'actuator_shared')
    assert rig.state.latched
    rig.node.destroy_publisher(rivals.pop())


def test_s3_damaged_proposals_are_refused_whole_and_named(rig, reaction):
    rig.move()
    for reason, message in rig.damaged().items():
        begin = time.monotonic()
        rig.policy = lambda message=message: message
        until_said(rig, begin, reason)
        rig.until(lambda: rig.state.level == Level.HOLD)
        rig.move()


@pytest.mark.parametrize(
    ('back', 'reasons'),
    [
        (-2.0, {'proposal_future'}),
        # before the reset, or before the one that counts, whichever is nearer
        (5.0, {'proposal_backward', 'proposal_before_reset', 'proposal_old'}),
    ],
)
def test_s4_proposals_of_another_time_are_refused(rig, back, reasons):
    rig.move()
    begin = time.monotonic()
    rig.policy = lambda: rig.proposal(header=rig.header(back=back))
    rig.until(lambda: reasons & rig.reasons_since(begin))
    rig.until(lambda: rig.state.level >= Level.HOLD)


def test_s4_a_policy_that_falls_silent_stops_the_robot(rig, reaction):
    rig.move()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: setattr(rig, 'policy', None))
    reaction('S4', f'{rig.kind}: proposals end', taken, rig.patience + SIT + LOAD)
    rig.until(lambda: {'proposal_silent', 'chunk_spent'} & rig.reasons_since(begin))


@pytest.mark.parametrize('number', [signal.SIGKILL, signal.SIGSTOP])
def test_s5_a_policy_that_is_killed_or_stopped_stops_the_robot(
    rig, controller, processes, reaction, number
):
    rig.beating = False
    puppet = processes(PUPPET, '-r', f'__node:={rig.proposer}', '-r', f'__ns:=/{rig.kind}')
    rig.move()
    begin = time.monotonic()
    # its proposals end with it
    taken = rig.time_to_rest(lambda: (puppet.signal(number), setattr(rig, 'policy', None)))
    bound = max(rig.patience, HEARTBEAT_TIMEOUT) + SIT + LOAD
    reaction('S5', f'{rig.kind}: {number.name} to the policy', taken, bound)
    until_said(rig, begin, 'heartbeat_silent')
    assert f'heartbeat_silent ({rig.proposer})' in controller.said()
    puppet.end()


def test_s5_a_clock_that_stands_still_stops_the_robot(rig, reaction):
    rig.move()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: setattr(rig, 'clock_runs', False))
    reaction('S5', f'{rig.kind}: /clock stands still', taken, rig.patience + SIT + LOAD)
    until_said(rig, begin, 'source_silent')
    rig.clock_runs = True


@pytest.mark.parametrize('sensor', ['joints', 'imu'])
def test_s7_a_silent_sensor_stops_the_robot_and_is_named(rig, reaction, sensor):
    if sensor not in rig.every_sensor:
        pytest.skip('this robot has no such sensor')
    rig.move()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: rig.sensors.discard(sensor))
    reaction('S7', f'{rig.kind}: {sensor} silent', taken, 0.3 + SIT + LOAD)
    until_said(rig, begin, 'source_silent')
    named = rig.joint_source if sensor == 'joints' else sensor
    assert named in rig.sources_since(begin)


def test_s10_a_blocked_joint_stops_the_robot_and_latches(rig, reaction):
    if rig.kind == 'legged':
        pytest.skip('legs may be blocked by the ground: tests/safety/legged has their bounds')
    rig.move()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: setattr(rig, 'blocked', True))
    reaction('S10', f'{rig.kind}: a joint is blocked', taken, 1.0 + LOAD)
    until_said(rig, begin, 'tracking_error')
    assert rig.state.latched


def test_s14_legs_that_fall_damp_at_once(rig, reaction):
    if rig.kind == 'arm':
        pytest.skip('an arm does not fall')
    rig.move()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: setattr(rig, 'roll', 1.2))
    reaction('S14', f'{rig.kind}: tilted by 69 degrees', taken, LOAD)
    until_said(rig, begin, 'leg_fallen')
    assert rig.state.mode == 'damping'


def test_s15_s16_an_e_stop_stops_the_robot_until_a_reset_that_needs_its_release(rig, reaction):
    rig.move()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: rig.press(True))
    reaction('S15', f'{rig.kind}: e-stop', taken, SIT + LOAD)
    until_said(rig, begin, 'estop_pressed')
    rig.until(lambda: rig.state.level == Level.STOPPED)
    if rig.kind == 'legged':
        modes = [state.mode for at, state in rig.states if at >= begin]
        assert 'sit_down' in modes
        assert modes[-1] == 'damping'
    assert 'e_stop' in rig.reset().message
    rig.policy = None
    rig.press(False)
    epoch = rig.epoch
    rig.permit()
    assert rig.epoch == epoch + 1
    rig.move()


def test_s16_the_stop_service_latches(rig, reaction):
    rig.move()
    name = rig.full(f'{CONTROLLER}/stop')
    taken = rig.time_to_rest(lambda: rig.call(Trigger, name, Trigger.Request()).success)
    reaction('S16', f'{rig.kind}: service ~/stop', taken, SIT + LOAD)
    assert rig.state.latched
    assert rig.state.source == '~/stop'


def test_s23_deactivation_in_motion_ends_with_the_safe_command(rig):
    rig.move()
    assert rig.change(rig.controller, Transition.TRANSITION_DEACTIVATE)
    rig.until(lambda: 'deactivated' in rig.state.reasons)
    rig.until(lambda: rig.silent_for(0.3))
    assert rig.is_safe(rig.commands[-1][1])


def test_s24_interventions_are_counted_in_diagnostics_and_told_in_the_log(rig, controller):
    rig.move()
    rig.time_to_rest(lambda: rig.press(True))
    rig.until(lambda: 'estop_pressed' in rig.state.counter_names)

    def told():
        for _, message in rig.diagnostics:
            status = message.status[0]
            facts = {pair.key: pair.value for pair in status.values}
            if facts.get('estop_pressed') == '1':
                return status.hardware_id == rig.kind and facts['epoch'] == str(rig.epoch)
        return False

    rig.until(told)
    assert 'estop_pressed (e_stop)' in controller.said()


def test_s25_nothing_loosens_the_limits_while_active(rig):
    loosening = {
        'arm': {
            'limits.panda_joint1.velocity': 2.0,
            'tick.max_step': 0.2,
            'capsules.hand.radius': 0.01,
            'heartbeat.nodes': ['nobody'],
        },
        'legged': {'imu.fall_tilt': 1.2, 'stop.period': 0.04, 'joints.max_velocity': [60.0] * 12},
    }[rig.kind]
    for name, value in loosening.items():
        before = rig.get_parameter(rig.controller, name)
        result = rig.set_parameter(rig.controller, name, value)
        assert not result.successful
        assert 'deactivate first' in result.reason
        assert rig.get_parameter(rig.controller, name) == before


def test_s25_bad_values_are_refused_and_say_the_name(workshop):
    bad = {
        'arm': {'tick.period': 0.0, 'limits.panda_joint1.lower': 3.0, 'tick.max_step': 0.001},
        'legged': {'stop.period': float('nan'), 'imu.fall_tilt': -1.0},
    }[workshop.kind]
    for name, value in bad.items():
        result = workshop.set_parameter(workshop.controller, name, value)
        assert not result.successful
        assert name.split('.')[0] in result.reason


def test_s23_sigint_in_motion_ends_with_the_safe_command_and_a_restart_is_latched(rig, controller):
    rig.move()
    controller.signal(signal.SIGINT)
    assert controller.wait() == 0
    rig.until(lambda: 'shut_down' in rig.state.reasons)
    rig.until(lambda: rig.silent_for(0.3))
    assert rig.is_safe(rig.commands[-1][1])
    controller.start_again()
    rig.states.clear()
    rig.bring_up()
    assert rig.state.latched
    assert rig.state.reasons[0] == 'awaiting_reset'
