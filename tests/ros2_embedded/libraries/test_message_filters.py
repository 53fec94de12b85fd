"""Groups of messages by their stamps."""

from __future__ import annotations

import pytest
from message_filters import (
    ApproximateTimeSynchronizer,
    Cache,
    SimpleFilter,
    Subscriber,
    TimeSynchronizer,
)
from rclpy.clock import ClockType
from rclpy.time import Time
from sensor_msgs.msg import Image, PointCloud2
from std_msgs.msg import String


def image(seconds):
    found = Image()
    found.header.stamp = Time(seconds=seconds).to_msg()
    return found


def at(seconds):
    """The clock of stamps is ROS time."""
    return Time(seconds=seconds, clock_type=ClockType.ROS_TIME)


def seconds_of(*messages):
    return tuple(Time.from_msg(each.header.stamp).nanoseconds / 1e9 for each in messages)


@pytest.fixture
def inputs():
    return [SimpleFilter(), SimpleFilter()]


def test_equal_stamps_are_grouped_in_whatever_order_they_come(inputs):
    groups = []
    TimeSynchronizer(inputs, 10).registerCallback(lambda *group: groups.append(seconds_of(*group)))
    for stamp in (1, 2, 3):
        inputs[0].signalMessage(image(stamp))
    for stamp in (3, 4, 1):
        inputs[1].signalMessage(image(stamp))
    assert groups == [(3, 3), (1, 1)]


def test_near_stamps_are_grouped_with_the_nearest(inputs):
    groups = []
    both = ApproximateTimeSynchronizer(inputs, 10, 0.1)
    both.registerCallback(lambda *group: groups.append(seconds_of(*group)))
    for stamp in (1.0, 1.05, 2.0):
        inputs[0].signalMessage(image(stamp))
    for stamp in (1.06, 2.1, 1.02):
        inputs[1].signalMessage(image(stamp))
    assert groups == [(1.05, 1.06), (1.0, 1.02)]


def test_a_full_queue_loses_its_oldest_message(inputs):
    groups = []
    TimeSynchronizer(inputs, 2).registerCallback(lambda *group: groups.append(seconds_of(*group)))
    for stamp in (1, 2, 3):
        inputs[0].signalMessage(image(stamp))
    for stamp in (1, 2):
        inputs[1].signalMessage(image(stamp))
    assert groups == [(2, 2)]


def test_messages_without_a_stamp_need_leave(inputs):
    groups = []
    strict = ApproximateTimeSynchronizer(inputs, 10, 5.0)
    strict.registerCallback(lambda *group: groups.append('strict'))
    ApproximateTimeSynchronizer(inputs, 10, 5.0, allow_headerless=True).registerCallback(
        lambda *group: groups.append('lenient')
    )
    for each in inputs:
        each.signalMessage(String())
    assert groups == ['lenient']


def test_a_callback_gets_its_own_arguments_after_the_messages(inputs):
    calls = []
    inputs[0].registerCallback(lambda *args: calls.append(args), 'more', 7)
    inputs[0].signalMessage('message')
    assert calls == [('message', 'more', 7)]


def test_a_cache_finds_messages_by_time(inputs):
    cache = Cache(inputs[0], cache_size=3)
    assert cache.getLast() is None
    assert cache.getLatestTime() is None
    for stamp in (1, 2, 3, 4):
        inputs[0].signalMessage(image(stamp))
    assert [seconds_of(each)[0] for each in cache.getInterval(at(2), at(3))] == [2, 3]
    assert seconds_of(cache.getElemAfterTime(at(2.5))) == (3,)
    assert seconds_of(cache.getElemBeforeTime(at(2.5))) == (2,)
    assert cache.getElemBeforeTime(at(1)) is None
    assert (cache.getOldestTime(), cache.getLatestTime()) == (at(2), at(4))
    assert seconds_of(cache.getLast()) == (4,)


def test_subscriptions_of_a_node_are_synchronised(ros, other):
    node, robot = ros.node('listener'), other.node('robot')
    groups = []
    both = ApproximateTimeSynchronizer(
        [
            Subscriber(node, Image, 'image', qos_profile=5),
            Subscriber(node, PointCloud2, 'points'),
        ],
        10,
        0.05,
    )
    both.registerCallback(lambda *group: groups.append(seconds_of(*group)))
    images = robot.create_publisher(Image, 'image', 10)
    clouds = robot.create_publisher(PointCloud2, 'points', 10)
    assert ros.until(
        lambda: images.get_subscription_count() and clouds.get_subscription_count(), timeout=30.0
    )
    cloud = PointCloud2()
    cloud.header.stamp = Time(seconds=7.01).to_msg()
    images.publish(image(7.0))
    clouds.publish(cloud)
    assert ros.until(lambda: groups, timeout=30.0)
    assert groups == [(7.0, 7.01)]
