"""Transforms over the wire."""

from __future__ import annotations

import math

import pytest
import tf2_geometry_msgs  # noqa: F401  (registers what it converts)
import yaml
from geometry_msgs.msg import PointStamped, TransformStamped
from rclpy.duration import Duration
from rclpy.time import Time
from tf2_ros import (
    Buffer,
    ExtrapolationException,
    LookupException,
    StaticTransformBroadcaster,
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
