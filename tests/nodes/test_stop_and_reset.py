"""S1, S15-S18, S23, S24, S25 with a real controller: stopping, staying stopped, last words."""

from __future__ import annotations

import signal
import time
from itertools import pairwise

import numpy as np
import pytest
from geometry_msgs.msg import TwistStamped
from lifecycle_msgs.msg import State, Transition
from rclpy.qos import QoSDurabilityPolicy, QoSProfile, QoSReliabilityPolicy
from safety_rig import BRAKING, CONTROLLER, DECELERATION, FULL_SPEED, LOAD, WATCHDOG
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from policy_nodes.safety.ladder import Level

SHORT = WATCHDOG + BRAKING + LOAD


def test_s1_the_controller_is_the_only_publisher_of_commands(rig):
    found = rig.node.get_publishers_info_by_topic('/cmd_vel')
    assert [info.node_name for info in found] == [CONTROLLER]


def test_s1_a_second_publisher_of_commands_stops_the_base_and_latches(rig, reaction):
    rig.drive()
    rivals = []
    taken = rig.time_to_rest(
        lambda: rivals.append(rig.node.create_publisher(TwistStamped, 'cmd_vel', 10))
    )
    reaction('S1', 'a second publisher on cmd_vel', taken, 0.2 + SHORT)
    rig.until(lambda: 'actuator_shared' in rig.state.reasons)
    assert rig.state.latched
    assert rig.state.source == '/rig'
    rig.policy = None
    rig.until(lambda: rig.state.level == Level.STOPPED)
    assert '/rig' in rig.reset().message
    rig.node.destroy_publisher(rivals.pop())
    rig.permit()
    rig.drive(0.2)


def test_s1_it_does_not_become_active_beside_another_publisher(workshop, controller):
    workshop.begin()
    rival = workshop.node.create_publisher(TwistStamped, 'cmd_vel', 10)
    assert workshop.change(CONTROLLER, Transition.TRANSITION_CONFIGURE)
    workshop.until(lambda: not workshop.change(CONTROLLER, Transition.TRANSITION_ACTIVATE))
    assert 'only the safety controller may command the base' in controller.said()
    workshop.node.destroy_publisher(rival)
    workshop.bring_down()


def test_s2_without_odometry_nothing_is_sent_and_the_state_says_why(workshop):
    workshop.begin()
    workshop.odometry = False
    workshop.bring_up()
    assert workshop.state.level == Level.STOPPED
    assert workshop.state.latched
    workshop.policy = lambda: (FULL_SPEED, 0.0)
    workshop.until(lambda: 'source_missing' in workshop.state.reasons)
    workshop.policy = None
    workshop.until(lambda: workshop.reset().success)
    workshop.policy = lambda: (FULL_SPEED, 0.0)
    workshop.until(lambda: workshop.state.source == 'odometry')
    assert not workshop.commands
    workshop.odometry = True
    workshop.until(lambda: workshop.sent == (FULL_SPEED, 0.0))
    workshop.rest()
    workshop.bring_down()


def test_s15_an_e_stop_at_full_speed_is_a_ramp_and_then_rest(rig, reaction):
    rig.drive()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: rig.press(True))
    reaction('S15', 'e-stop at full speed', taken, BRAKING + LOAD)
    speeds = [m.twist.linear.x for at, m in rig.commands if at >= begin]
    assert len(speeds) > 5
    assert all(b <= a for a, b in pairwise(speeds))
    # two watchdog periods at most lie in one step
    assert max(-np.diff(speeds)) <= DECELERATION * 0.15
    rig.until(lambda: rig.state.level == Level.STOPPED)
    assert [s.level for at, s in rig.states if at >= begin and s.level == Level.STOPPING]
    rig.stays_at_rest(0.3)
    rig.check_limits()


def test_s15_an_e_stop_before_the_first_command_moves_nothing(workshop):
    workshop.begin()
    workshop.bring_up()
    workshop.press(True)
    workshop.until(lambda: 'estop_pressed' in workshop.state.reasons)
    workshop.stays_at_rest(0.3)
    assert not any(m.twist.linear.x or m.twist.angular.z for _, m in workshop.commands)
    workshop.rest()
    workshop.bring_down()


def test_s16_a_button_that_is_pressed_and_released_quickly_latches(rig, reaction):
    rig.drive()

    def tap():
        rig.press(True)
        rig.press(False)

    taken = rig.time_to_rest(tap)
    reaction('S16', 'e-stop pressed and released at once', taken, SHORT)
    rig.stays_at_rest(0.5)
    assert rig.state.latched
    assert rig.state.reasons[0] == 'estop_pressed'
    assert rig.state.source == 'e_stop'


@pytest.mark.parametrize(
    'profile',
    [
        QoSProfile(depth=10),
        QoSProfile(depth=1, reliability=QoSReliabilityPolicy.BEST_EFFORT),
        QoSProfile(depth=1, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL),
    ],
    ids=['default', 'best effort', 'transient local'],
)
def test_s16_buttons_of_every_qos_are_heard(rig, profile):
    button = rig.node.create_publisher(Bool, 'e_stop', profile)
    rig.drive(0.2)
    rig.until(button.get_subscription_count, what='the controller does not match this QoS')
    rig.time_to_rest(lambda: button.publish(Bool(data=True)))
    assert rig.state.reasons[0] == 'estop_pressed'
    button.publish(Bool(data=False))
    rig.policy = None
    rig.permit()
    rig.node.destroy_publisher(button)


def test_s16_a_reset_is_refused_while_a_cause_persists(rig):
    rig.drive()
    rig.press(True)
    rig.until(lambda: rig.state.level == Level.STOPPING)
    assert not rig.reset().success
    rig.until(lambda: rig.state.level == Level.STOPPED)
    assert 'e_stop' in rig.reset().message
    rig.press(False)
    # the release may come after the first of these calls
    rig.until(lambda: 'asked for motion' in rig.reset().message)
    assert rig.state.latched
    rig.policy = lambda: (0.0, 0.0)
    rig.permit()


def test_s16_the_stop_service_latches_too(rig, reaction):
    rig.drive()
    taken = rig.time_to_rest(
        lambda: rig.call(Trigger, f'{CONTROLLER}/stop', Trigger.Request()).success
    )
    reaction('S16', 'service ~/stop', taken, SHORT)
    assert rig.state.latched
    assert rig.state.source == '~/stop'


def test_s17_a_reset_permits_but_nothing_moves_before_a_new_proposal(rig):
    rig.drive()
    rig.time_to_rest(lambda: rig.press(True))
    old = rig.twist(FULL_SPEED)
    rig.policy = None
    rig.press(False)
    epoch = rig.epoch
    rig.permit()
    assert rig.epoch == epoch + 1
    rig.stays_at_rest(0.5)
    begin = time.monotonic()
    rig.propose(old)
    rig.until(lambda: 'proposal_before_reset' in rig.reasons_since(begin))
    assert rig.sent == (0.0, 0.0)
    # a policy that has not learned the new epoch does not move it either
    rig.beat_epoch = epoch
    rig.policy = lambda: (FULL_SPEED, 0.0)
    rig.until(lambda: 'epoch_old' in rig.reasons_since(begin))
    rig.stays_at_rest(0.3)
    rig.beat_epoch = None
    rig.drive()
    rig.check_limits()


def test_s18_hold_leads_back_by_itself_and_a_latched_stop_does_not(rig):
    rig.drive()
    rig.time_to_rest(lambda: setattr(rig, 'scanning', False))
    assert rig.state.level == Level.HOLD
    rig.scanning = True
    rig.drive()
    rig.time_to_rest(lambda: rig.press(True))
    rig.press(False)
    rig.until(lambda: rig.state.level == Level.STOPPED)
    rig.stays_at_rest(0.7)
    assert rig.state.level == Level.STOPPED
    levels = {state.level for _, state in rig.states}
    assert levels >= {Level.NORMAL, Level.HOLD, Level.STOPPING, Level.STOPPED}


def test_s23_deactivation_in_motion_ends_with_rest(rig):
    rig.drive()
    rig.time_to_rest(lambda: rig.change(CONTROLLER, Transition.TRANSITION_DEACTIVATE))
    rig.until(lambda: 'deactivated' in rig.state.reasons)
    speeds = [message.twist.linear.x for _, message in rig.commands]
    drop = max(before - after for before, after in pairwise(speeds))
    assert drop < FULL_SPEED / 3, 'the last command was a jolt'
    count = len(rig.commands)
    rig.stays_at_rest(0.5)
    assert len(rig.commands) == count
    assert rig.change(CONTROLLER, Transition.TRANSITION_ACTIVATE)
    rig.until(lambda: rig.state.latched)
    rig.stays_at_rest(0.3)


def test_s24_interventions_are_counted_in_diagnostics_and_states(rig):
    rig.drive()
    rig.propose(rig.twist(float('nan')))
    rig.until(lambda: rig.counter('proposal_not_finite') == 1)

    def reported():
        status = rig.diagnostics[-1][1].status[0] if rig.diagnostics else None
        return status and {pair.key: pair.value for pair in status.values}

    rig.until(lambda: (reported() or {}).get('proposal_not_finite') == '1')
    assert rig.diagnostics[-1][1].status[0].name == 'safety_controller: decisions'
    assert list(rig.state.names) == ['linear.x', 'angular.z']


def test_s25_nothing_loosens_the_limits_while_active(rig):
    name = 'limits.linear.x.max_velocity'
    result = rig.set_parameter(CONTROLLER, name, 2.0)
    assert not result.successful
    assert 'deactivate first' in result.reason
    rig.policy = lambda: (2.0, 0.0)
    rig.until(lambda: rig.sent == (FULL_SPEED, 0.0))


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        ('proposal.timeout', 0.0),
        ('proposal.timeout', -1.0),
        ('scan.timeout', float('nan')),
        ('odometry.timeout', float('inf')),
        ('limits.linear.x.min_velocity', 0.7),
        ('limits.linear.x.deceleration', 'much'),
        ('stop.watchdog_period', 5.0),
    ],
)
def test_s25_bad_values_are_refused_and_say_the_name(workshop, name, value):
    before = workshop.get_parameter(CONTROLLER, name)
    result = workshop.set_parameter(CONTROLLER, name, value)
    assert not result.successful
    assert name.split('.')[-1] in result.reason
    assert workshop.get_parameter(CONTROLLER, name) == before


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_s23_a_signal_in_motion_ends_with_rest_and_a_restart_comes_up_latched(
    rig, controller, number, reaction
):
    rig.drive()
    taken = rig.time_to_rest(lambda: controller.signal(number))
    reaction('S23', f'{number.name} to the controller in motion', taken, BRAKING + LOAD)
    assert controller.wait() == 0
    speeds = [message.twist.linear.x for _, message in rig.commands]
    drop = max(before - after for before, after in pairwise(speeds))
    assert drop < FULL_SPEED / 3, 'the last command was a jolt'
    rig.until(lambda: 'shut_down' in rig.state.reasons)
    controller.start_again()
    rig.states.clear()
    rig.bring_up()
    assert rig.state.latched
    assert rig.state.reasons[0] == 'awaiting_reset'
    rig.policy = lambda: (FULL_SPEED, 0.0)
    rig.stays_at_rest(0.5)
    rig.policy = None


def test_s23_the_lifecycle_transition_shutdown_in_motion_ends_with_rest(rig, controller):
    rig.drive()
    rig.time_to_rest(lambda: rig.change(CONTROLLER, Transition.TRANSITION_ACTIVE_SHUTDOWN))
    rig.until(lambda: 'shut_down' in rig.state.reasons)
    assert rig.state_of(CONTROLLER) == State.PRIMARY_STATE_FINALIZED
    controller.end()
    controller.start_again()
    rig.bring_up()
