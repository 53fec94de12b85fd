"""A thousand damaged samples of a topic harm nobody who listens to it."""

from __future__ import annotations

import time

import pytest
from rclpy.clock import ClockType
from rclpy.parameter import Parameter
from rclpy.parameter_event_handler import ParameterEventHandler
from rclpy.qos import QoSProfile
from rclpy.serialization import serialize_message
from rclpy.time import Time
from rosidl_runtime_py.utilities import get_message

KINDS = (
    'std_msgs/msg/String',
    'sensor_msgs/msg/Image',
    'sensor_msgs/msg/JointState',
    'geometry_msgs/msg/PoseArray',
    'diagnostic_msgs/msg/DiagnosticArray',
    'std_msgs/msg/ByteMultiArray',
    'rcl_interfaces/msg/Log',
    'lifecycle_msgs/msg/TransitionEvent',
)


@pytest.mark.parametrize('kind', KINDS)
def test_a_subscription_drops_them_and_hears_the_next_good_one(
    kind, ros, stranger, flood, damaged
):
    cls = get_message(kind)
    heard = []

    def hear(message):
        assert isinstance(message, cls)
        heard.append(repr(message))

    ros.node('listener').create_subscription(cls, 'topic', hear, 10)
    writer = stranger.writer('rt/topic', cls)
    flood(writer, damaged(cls))
    # Many are still of the right form: nothing tells a changed number from a true one.
    assert 250 <= len(heard) < 1000
    before = len(heard)
    writer.write([serialize_message(cls())])
    assert ros.until(lambda: len(heard) > before)
    assert heard[-1] == repr(cls())


def test_a_raw_subscription_is_handed_every_sample_as_it_came(ros, stranger, flood, damaged):
    cls = get_message('std_msgs/msg/String')
    heard = []
    ros.node('listener').create_subscription(cls, 'topic', heard.append, 10, raw=True)
    flood(stranger.writer('rt/topic', cls), damaged(cls))
    assert len(heard) > 900
    assert all(type(each) is bytes for each in heard)


def test_a_node_on_simulated_time_keeps_its_clock_through_bad_times(
    ros, stranger, flood, damaged, capfd
):
    cls = get_message('rosgraph_msgs/msg/Clock')
    node = ros.node('node', parameter_overrides=[Parameter('use_sim_time', value=True)])
    node.create_timer(0.1, lambda: None)
    writer = stranger.writer('rt/clock', cls, reliable=False)
    flood(writer, damaged(cls))
    assert 'A time on /clock was ignored' in capfd.readouterr().err
    message = cls()
    message.clock.sec = 100
    writer.write([serialize_message(message)])
    wanted = Time(seconds=100, clock_type=ClockType.ROS_TIME)
    assert ros.until(lambda: node.get_clock().now() == wanted)


def test_a_transform_listener_survives_bad_transforms(ros, stranger, flood, damaged):
    from tf2_ros import Buffer, TransformListener

    cls = get_message('tf2_msgs/msg/TFMessage')
    node = ros.node('node')
    buffer = Buffer(node=node)
    TransformListener(buffer, node)
    flood(stranger.writer('rt/tf', cls, depth=100), damaged(cls))
    static = stranger.writer('rt/tf_static', cls, depth=1, transient_local=True)
    flood(static, damaged(cls))
    buffer.clear()
    transform = get_message('geometry_msgs/msg/TransformStamped')()
    transform.header.frame_id, transform.child_frame_id = 'map', 'base'
    static.write([serialize_message(cls(transforms=[transform]))])
    assert ros.until(lambda: buffer.can_transform('map', 'base', Time()))


def test_a_parameter_event_handler_survives_bad_events(ros, stranger, flood, damaged):
    cls = get_message('rcl_interfaces/msg/ParameterEvent')
    node = ros.node('node')
    heard = []
    handler = ParameterEventHandler(node)
    handler.add_parameter_callback('speed', '/robot', heard.append)
    handler.add_parameter_event_callback(lambda event: repr(event))
    writer = stranger.writer('rt/parameter_events', cls, depth=1000)
    flood(writer, damaged(cls))
    assert heard == []
    event = cls(node='/robot', changed_parameters=[Parameter('speed', value=2).to_parameter_msg()])
    writer.write([serialize_message(event)])
    assert ros.until(lambda: heard)
    assert heard[0].value.integer_value == 2


def test_synchronised_subscriptions_survive_bad_stamps(ros, stranger, flood, damaged):
    from message_filters import ApproximateTimeSynchronizer, Subscriber

    cls = get_message('sensor_msgs/msg/Imu')
    node = ros.node('node')
    pairs = []
    filters = [Subscriber(node, cls, topic, qos_profile=QoSProfile(depth=10)) for topic in 'ab']
    synchroniser = ApproximateTimeSynchronizer(filters, 10, 0.1)
    synchroniser.registerCallback(lambda *found: pairs.append(found))
    writers = [stranger.writer(f'rt/{topic}', cls) for topic in 'ab']
    for writer in writers:
        flood(writer, damaged(cls, count=500))
    pairs.clear()
    message = cls()
    # Later than any bad stamp, which otherwise have their place in the queue.
    message.header.stamp.sec = 2**31 - 1
    message.header.stamp.nanosec = 2**32 - 1
    for writer in writers:
        writer.write([serialize_message(message)])
    assert ros.until(lambda: pairs)


def test_a_flood_of_damaged_samples_is_told_once_a_second_and_node(
    ros, stranger, flood, damaged, capfd
):
    cls = get_message('std_msgs/msg/String')
    for name in ('first', 'second'):
        ros.node(name).create_subscription(cls, 'topic', lambda message: None, 10)
    began = time.monotonic()
    flood(stranger.writer('rt/topic', cls), damaged(cls))
    seconds = time.monotonic() - began
    told = capfd.readouterr().err.count('A damaged sample')
    assert 2 <= told <= 2 * (1 + seconds)
