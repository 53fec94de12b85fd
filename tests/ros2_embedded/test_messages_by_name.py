"""Messages to and from plain values, and grouped by their stamps."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from geometry_msgs.msg import PoseStamped
from message_filters import ApproximateTimeSynchronizer, Subscriber
from rclpy.time import Time
from rosidl_runtime_py import message_to_ordereddict, message_to_yaml, set_message_fields
from rosidl_runtime_py.utilities import get_action, get_message, get_service
from sensor_msgs.msg import Image, JointState


def test_classes_are_found_by_name():
    assert get_message('geometry_msgs/msg/PoseStamped') is PoseStamped
    assert get_service('std_srvs/srv/Trigger').Request
    assert get_action('example_interfaces/action/Fibonacci').Goal
    with pytest.raises((AttributeError, ModuleNotFoundError), match='NoSuch'):
        get_message('geometry_msgs/msg/NoSuch')


def test_a_message_goes_to_yaml_and_back():
    message = JointState(name=['a', 'b'], position=[0.5, -1.0])
    message.header.frame_id = 'arm'
    message.header.stamp = Time(seconds=3).to_msg()
    copy = JointState()
    set_message_fields(copy, yaml.safe_load(message_to_yaml(message)))
    assert copy == message
    assert message_to_ordereddict(message)['header']['frame_id'] == 'arm'


def test_now_and_auto_set_the_stamp_of_a_header():
    message = PoseStamped()
    (set_now,) = set_message_fields(
        message, {'header': 'auto'}, expand_header_auto=True, expand_time_now=True
    )
    set_now(Time(seconds=7).to_msg())
    assert message.header.stamp.sec == 7


def test_a_wrong_field_is_refused():
    with pytest.raises(AttributeError, match='possition'):
        set_message_fields(JointState(), {'possition': [1.0]})


def test_messages_of_two_topics_are_grouped_by_their_stamps(ros, other):
    node = ros.node('listener')
    groups = []
    left = Subscriber(node, Image, 'left')
    right = Subscriber(node, JointState, 'right')
    together = ApproximateTimeSynchronizer([left, right], 10, 0.05)
    together.registerCallback(
        lambda image, joints: groups.append((image.height, list(joints.position)))
    )
    talker = other.node('talker')
    images = talker.create_publisher(Image, 'left', 10)
    joints = talker.create_publisher(JointState, 'right', 10)
    assert ros.until(lambda: images.get_subscription_count() and joints.get_subscription_count())

    def stamped(message, seconds):
        message.header.stamp = Time(nanoseconds=round(seconds * 1e9)).to_msg()
        return message

    for number in range(3):
        images.publish(stamped(Image(height=number, data=np.zeros(4, np.uint8)), number))
        joints.publish(stamped(JointState(position=[float(number)]), number + 0.02))
        joints.publish(stamped(JointState(position=[-1.0]), number + 0.5))
    assert ros.until(lambda: len(groups) == 3)
    assert groups == [(0, [0.0]), (1, [1.0]), (2, [2.0])]
