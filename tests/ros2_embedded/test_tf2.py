"""Transforms over the wire."""

from __future__ import annotations

import math
import threading

import pytest
import tf2_geometry_msgs  # noqa: F401  (registers what it converts)
import yaml
from geometry_msgs.msg import PointStamped, TransformStamped
from rclpy.action import ActionServer
from rclpy.duration import Duration
from rclpy.time import Time
from tf2_msgs.action import LookupTransform
from tf2_msgs.msg import TF2Error
from tf2_ros import (
    Buffer,
    BufferClient,
    ExtrapolationException,
    LookupException,
    StaticTransformBroadcaster,
    TimeoutException,
    TransformBroadcaster,
    TransformListener,
)


def transform(parent, child, seconds, x=0.0, yaw=0.0):
    found = TransformStamped(child_frame_id=child)
    found.header.frame_id = parent
    found.header.stamp = Time(seconds=seconds).to_msg()
    found.transform.translation.x = x
    found.transform.rotation.z = math.sin(yaw / 2)
    found.transform.rotation.w = math.cos(yaw / 2)
    return found


@pytest.fixture
def buffer(ros):
    node = ros.node('listener')
    found = Buffer(node=node)
    found.listener = TransformListener(found, node)
    return found


@pytest.fixture
def robot(other):
    return other.node('robot')


def test_a_listener_hears_moving_and_fixed_transforms(ros, buffer, robot):
    StaticTransformBroadcaster(robot).sendTransform(transform('base', 'camera', 0, x=0.1))
    moving = TransformBroadcaster(robot)
    assert ros.until(lambda: buffer.can_transform('base', 'camera', Time()))
    assert ros.until(lambda: robot.count_subscribers('/tf') == 1)
    moving.sendTransform([
        transform('odom', 'base', 10.0, x=1.0),
        transform('odom', 'base', 11.0, x=2.0, yaw=1.0),
    ])  # fmt: skip
    assert ros.until(lambda: buffer.can_transform('odom', 'camera', Time(seconds=11)))
    between = buffer.lookup_transform('odom', 'camera', Time(seconds=10.5))
    assert between.transform.translation.x == pytest.approx(1.5 + 0.1 * math.cos(0.5))
    assert between.transform.translation.y == pytest.approx(0.1 * math.sin(0.5))
    assert between.transform.rotation.z == pytest.approx(math.sin(0.25))
    with pytest.raises(ExtrapolationException):
        buffer.lookup_transform('odom', 'camera', Time(seconds=12))
    with pytest.raises(LookupException):
        buffer.lookup_transform('odom', 'nowhere', Time())


def test_a_transform_that_arrives_while_it_is_waited_for_is_found(ros, buffer, robot):
    StaticTransformBroadcaster(robot).sendTransform(transform('base', 'camera', 0, x=0.1))
    future = buffer.wait_for_transform_async('base', 'camera', Time())
    assert ros.result(future)
    found = buffer.lookup_transform('base', 'camera', Time(), timeout=Duration(seconds=1))
    assert found.transform.translation.x == 0.1


def test_a_point_is_taken_to_another_frame(buffer):
    buffer.set_transform(transform('map', 'robot', 5.0, x=2.0, yaw=math.pi / 2), 'test')
    point = PointStamped()
    point.header.frame_id = 'robot'
    point.header.stamp = Time(seconds=5).to_msg()
    point.point.x = 1.0
    moved = buffer.transform(point, 'map')
    assert moved.header.frame_id == 'map'
    assert [moved.point.x, moved.point.y] == pytest.approx([2.0, 1.0])


def test_frames_can_be_listed(buffer):
    buffer.set_transform_static(transform('map', 'odom', 0.0), 'test')
    assert yaml.safe_load(buffer.all_frames_as_yaml())['odom']['parent'] == 'map'


def test_storing_a_transform_returns_nothing_and_times_have_the_default_clock(buffer):
    assert buffer.set_transform(transform('map', 'odom', 3.0), 'test') is None
    assert buffer.set_transform_static(transform('odom', 'base', 0.0), 'test') is None
    assert buffer.set_transform(transform('map', 'map', 3.0), 'test') is None
    assert buffer.get_latest_common_time('map', 'base') == Time(seconds=3)


@pytest.fixture
def client(ros, other):
    """Asks a server that knows one transform; both are spun by another thread."""
    known = Buffer()
    known.set_transform(transform('map', 'base', 5.0, x=2.0), 'test')

    def execute(handle):
        asked = handle.request
        result = LookupTransform.Result()
        where = (asked.target_frame, asked.source_frame, asked.source_time)
        try:
            if asked.advanced:
                result.transform = known.lookup_transform_full_core(
                    asked.target_frame,
                    asked.target_time,
                    asked.source_frame,
                    asked.source_time,
                    asked.fixed_frame,
                )
            else:
                result.transform = known.lookup_transform(*where)
            handle.succeed()
        except LookupException as error:
            result.error.error, result.error.error_string = TF2Error.LOOKUP_ERROR, str(error)
            handle.abort()
        except ExtrapolationException as error:
            result.error.error = TF2Error.EXTRAPOLATION_ERROR
            result.error.error_string = str(error)
            handle.abort()
        return result

    server = ActionServer(other.node('server'), LookupTransform, 'tf_action', execute)
    found = BufferClient(ros.node('client'), 'tf_action')
    stop = threading.Event()
    threads = [
        threading.Thread(target=lambda each=each: each.until(stop.is_set, timeout=120.0))
        for each in (ros, other)
    ]
    for thread in threads:
        thread.start()
    assert found.action_client.wait_for_server(timeout_sec=30.0)
    yield found
    stop.set()
    for thread in threads:
        thread.join()
    found.destroy()
    server.destroy()


def test_a_client_asks_the_buffer_of_another_node(client):
    wait = Duration(seconds=30)
    found = client.lookup_transform('map', 'base', Time(seconds=5), wait)
    assert found.transform.translation.x == 2.0
    full = client.lookup_transform_full(
        'map', Time(seconds=5), 'base', Time(seconds=5), 'map', wait
    )
    assert full.transform.translation.x == 2.0
    assert client.can_transform('map', 'base', Time(), wait)
    point = PointStamped()
    point.header.frame_id = 'base'
    assert client.transform(point, 'map', wait).point.x == 2.0
    with pytest.raises(LookupException, match='nowhere'):
        client.lookup_transform('map', 'nowhere', Time(), wait)
    with pytest.raises(ExtrapolationException):
        client.lookup_transform('map', 'base', Time(seconds=9), wait)
    assert not client.can_transform('map', 'nowhere', Time(), wait)
    with pytest.raises(TypeError, match='time must have'):
        client.lookup_transform('map', 'base', 'now', wait)


def test_a_client_without_a_server_says_so_at_once(ros):
    client = BufferClient(ros.node('client'), 'nobody')
    with pytest.raises(TimeoutException, match='not ready'):
        client.lookup_transform('map', 'base', Time())
    client.destroy()
