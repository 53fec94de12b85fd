"""Nodes that follow /clock."""

from __future__ import annotations

import pytest
from rclpy.clock import Clock, ClockType
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile
from rclpy.time import Time
from rosgraph_msgs.msg import Clock as ClockMsg


@pytest.fixture
def follower(ros):
    """A node on simulated time."""
    return ros.node('follower', parameter_overrides=[Parameter('use_sim_time', value=True)])


@pytest.fixture
def set_clock(other, ros, follower):
    """Publishes a time [s] on /clock from another context, and waits until it is followed."""
    publisher = other.node('simulator').create_publisher(ClockMsg, '/clock', QoSProfile(depth=10))
    assert ros.until(lambda: publisher.get_subscription_count() == 1)

    def tell(seconds):
        stamp = Time(nanoseconds=round(seconds * 1e9)).to_msg()
        publisher.publish(ClockMsg(clock=stamp))
        assert ros.until(lambda: follower.get_clock().now().nanoseconds == round(seconds * 1e9))

    return tell


def test_time_is_zero_before_the_clock_is_heard_and_then_follows_it(follower, set_clock):
    assert follower.get_clock().now().nanoseconds == 0
    set_clock(10.0)
    set_clock(12.5)
    assert follower.get_clock().ros_time_is_active
    set_clock(3.0)


def test_a_timer_of_the_node_counts_simulated_time(follower, set_clock, ros):
    set_clock(10.0)
    called = []
    follower.create_timer(1.0, lambda: called.append(follower.get_clock().now().nanoseconds))
    set_clock(10.9)
    ros.spin_for(0.05)
    assert called == []
    set_clock(11.0)
    assert ros.until(lambda: called)
    set_clock(14.5)
    assert ros.until(lambda: len(called) == 2)
    # Periods that were jumped over are left out.
    ros.spin_for(0.05)
    assert called == [11_000_000_000, 14_500_000_000]
    set_clock(15.0)
    assert ros.until(lambda: len(called) == 3)


def test_a_timer_on_a_steady_clock_runs_whatever_the_clock_says(follower, set_clock, ros):
    set_clock(10.0)
    called = []
    steady = Clock(clock_type=ClockType.STEADY_TIME)
    follower.create_timer(0.01, lambda: called.append(1), clock=steady)
    assert ros.until(lambda: len(called) >= 3)
    assert follower.get_clock().now().nanoseconds == 10_000_000_000


def test_the_parameter_turns_simulated_time_off_and_on(follower, set_clock, ros):
    set_clock(10.0)
    follower.set_parameters([Parameter('use_sim_time', value=False)])
    assert not follower.get_clock().ros_time_is_active
    assert follower.get_clock().now().nanoseconds > 10**18
    assert follower.set_parameters([Parameter('use_sim_time', value=7)])[0].successful is False


def test_sleep_on_simulated_time_ends_when_the_clock_gets_there(follower, set_clock, ros):
    import threading

    set_clock(10.0)
    woke = []
    sleeper = threading.Thread(
        target=lambda: woke.append(
            follower.get_clock().sleep_until(
                Time(seconds=11, clock_type=ClockType.ROS_TIME), context=ros.context
            )
        )
    )
    sleeper.start()
    set_clock(10.5)
    assert woke == []
    set_clock(11.0)
    sleeper.join(10.0)
    assert woke == [True]
