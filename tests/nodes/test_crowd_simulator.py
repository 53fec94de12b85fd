"""The simulated robot: it takes care of itself when commands stay away or make no sense."""

from __future__ import annotations

import pytest
from geometry_msgs.msg import TwistStamped
from lifecycle_msgs.msg import State, Transition
from nav_msgs.msg import Odometry

from policy_nodes.nodes import qos
from policy_stack.srv import ResetEpisode

NODE = 'crowd_simulator'


@pytest.fixture(scope='module')
def simulator(processes, station):
    """The simulator, unconfigured; with little patience."""
    process = processes(NODE, '-p', 'grace:=0.2')
    assert station.state_of(NODE, 30.0) == State.PRIMARY_STATE_UNCONFIGURED
    return process


def reset(station, **changes):
    request = ResetEpisode.Request(episode='e', scenario='less_human', seed=1)
    for name, value in changes.items():
        setattr(request, name, value)
    return station.call(ResetEpisode, f'{NODE}/reset_episode', request)


def test_an_unknown_scenario_is_refused_when_configuring_and_lists_the_known_ones(
    station, simulator
):
    assert station.set_parameter(NODE, 'scenario', 'hallwey').successful
    assert not station.change(NODE, Transition.TRANSITION_CONFIGURE)
    station.until(lambda: "unknown scenario 'hallwey'; known: rand" in simulator.said())
    assert 'Traceback' not in simulator.said()
    assert not station.set_parameter(NODE, 'rays', 1).successful
    assert station.set_parameter(NODE, 'scenario', 'rand').successful


def test_an_inactive_simulator_begins_no_episode(station, simulator):
    assert station.change(NODE, Transition.TRANSITION_CONFIGURE)
    assert 'not active' in reset(station).message
    assert station.change(NODE, Transition.TRANSITION_ACTIVATE)
    assert 'unknown scenario' in reset(station, scenario='nowhere').message


def test_a_robot_whose_controller_is_gone_stops_by_itself(station, simulator):
    """As if the safety controller had been killed: the last command is not obeyed for ever."""
    bases = station.keep(Odometry, 'odom', qos.STREAM)
    publisher = station.node.create_publisher(TwistStamped, 'cmd_vel', qos.COMMAND)
    station.until(publisher.get_subscription_count)
    assert reset(station).success

    def answer(v):
        message = TwistStamped()
        message.header.stamp = bases[-1][1].header.stamp
        message.twist.linear.x = v
        publisher.publish(message)

    def speed():
        return bases[-1][1].twist.twist.linear.x

    def drives():
        answer(0.3)
        return speed() > 0.2

    station.until(lambda: bases)
    station.until(drives, what='it does not obey')
    last = bases[-1][1].header.stamp
    # the wheels are noisy: rest is a command of zero, not a speed of zero
    station.until(lambda: abs(speed()) < 0.05, what='it drives on without commands')
    now = bases[-1][1].header.stamp
    assert (now.sec - last.sec) + (now.nanosec - last.nanosec) * 1e-9 <= 0.5 + 0.4
    answer(float('nan'))
    station.until(lambda: 'a command is not finite' in simulator.said())
    count = len(bases)
    station.until(lambda: len(bases) > count + 3)
    assert abs(speed()) < 0.05
    assert simulator.is_running
