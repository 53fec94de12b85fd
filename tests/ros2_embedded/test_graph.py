"""What a node knows of other nodes."""

from __future__ import annotations

import pytest
from rcl_interfaces.msg import Log
from rclpy._rclpy_pybind11 import NodeNameNonExistentError
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy, qos_profile_sensor_data
from rclpy.topic_endpoint_info import TopicEndpointTypeEnum
from rclpy.wait_for_message import wait_for_message
from std_msgs.msg import String
from std_srvs.srv import Trigger


@pytest.fixture
def talker(other):
    """A node with a publisher, a service and a client in another context."""
    node = other.node('talker', namespace='/far')
    node.create_publisher(String, 'chatter', qos_profile_sensor_data)
    node.create_service(Trigger, '~/trigger', lambda request, response: response)
    node.create_client(Trigger, '/elsewhere')
    return node


@pytest.fixture
def looker(ros, talker):
    node = ros.node('looker')
    assert ros.until(lambda: '/far/talker' in node.get_fully_qualified_node_names())
    assert ros.until(lambda: node.count_clients('/elsewhere') == 1)
    return node


def test_nodes_are_listed_with_their_namespaces(looker):
    assert set(looker.get_node_names_and_namespaces()) == {('looker', '/'), ('talker', '/far')}
    assert looker.wait_for_node('/far/talker', 1.0)
    assert not looker.wait_for_node('/far/nobody', 0.0)


def test_topics_and_services_are_listed_with_their_types(looker):
    topics = dict(looker.get_topic_names_and_types())
    assert topics['/far/chatter'] == ['std_msgs/msg/String']
    assert topics['/rosout'] == ['rcl_interfaces/msg/Log']
    services = dict(looker.get_service_names_and_types())
    assert services['/far/talker/trigger'] == ['std_srvs/srv/Trigger']
    plain = dict(looker.get_topic_names_and_types(no_demangle=True))
    assert plain['rt/far/chatter'] == ['std_msgs::msg::dds_::String_']


def test_what_a_node_has_is_listed(looker):
    published = dict(looker.get_publisher_names_and_types_by_node('talker', '/far'))
    assert published['/far/chatter'] == ['std_msgs/msg/String']
    assert looker.get_subscriber_names_and_types_by_node('talker', '/far') == []
    offered = dict(looker.get_service_names_and_types_by_node('talker', '/far'))
    assert offered['/far/talker/trigger'] == ['std_srvs/srv/Trigger']
    assert '/far/talker/get_parameters' in offered
    called = dict(looker.get_client_names_and_types_by_node('talker', '/far'))
    assert called == {'/elsewhere': ['std_srvs/srv/Trigger']}
    with pytest.raises(NodeNameNonExistentError, match='/near/talker'):
        looker.get_publisher_names_and_types_by_node('talker', '/near')


def test_endpoints_are_described(looker, talker):
    (info,) = looker.get_publishers_info_by_topic('/far/chatter')
    assert (info.node_name, info.node_namespace) == ('talker', '/far')
    assert info.topic_type == 'std_msgs/msg/String'
    assert info.endpoint_type == TopicEndpointTypeEnum.PUBLISHER
    assert info.qos_profile.reliability == ReliabilityPolicy.BEST_EFFORT
    assert str(info.topic_type_hash) == String._TYPE_SUPPORT.type_hash
    assert looker.get_subscriptions_info_by_topic('/far/chatter') == []


def test_endpoints_are_counted_as_they_come_and_go(looker, ros):
    assert looker.count_publishers('/far/chatter') == 1
    listener = ros.node('listener')
    subscription = listener.create_subscription(
        String, '/far/chatter', lambda message: None, qos_profile_sensor_data
    )
    assert ros.until(lambda: looker.count_subscribers('/far/chatter') == 1)
    listener.destroy_subscription(subscription)
    assert ros.until(lambda: looker.count_subscribers('/far/chatter') == 0)
    assert looker.count_services('/far/talker/trigger') == 1


def test_a_node_that_is_destroyed_leaves_the_graph(looker, ros, talker):
    talker.destroy_node()
    assert ros.until(lambda: looker.get_node_names() == ['looker'])


def test_wait_for_message_returns_the_next_message_or_gives_up(ros, other):
    talker = other.node('talker')
    talker.create_publisher(
        String, 'chatter', QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    ).publish(String(data='kept'))
    node = ros.node('waiter')
    found, message = wait_for_message(
        String,
        node,
        'chatter',
        qos_profile=QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL),
        time_to_wait=10.0,
    )
    assert (found, message.data) == (True, 'kept')
    assert wait_for_message(Log, node, 'nothing', time_to_wait=0.01) == (False, None)
