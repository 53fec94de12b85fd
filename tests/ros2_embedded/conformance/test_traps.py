"""What other DDS programs do differently from ROS 2, and how ours takes it.

The other traps of the record are in tests elsewhere, as docs/reference/ros2_conformance.md says.
"""

from __future__ import annotations

import threading

from rclpy.serialization import serialize_message
from rclpy.topic_endpoint_info import TopicEndpointTypeEnum
from std_msgs.msg import String
from std_srvs.srv import SetBool

from ros2_embedded.transport import service, user_data
from ros2_embedded.transport.endpoint import Reader, Writer
from ros2_embedded.transport.qos import EndpointQos

STRING = String._TYPE_SUPPORT.dds_type_name
REQUEST = SetBool.Request._TYPE_SUPPORT.dds_type_name
REPLY = SetBool.Response._TYPE_SUPPORT.dds_type_name


def test_an_endpoint_that_no_node_claims_is_told_with_an_unknown_node(ros, raw):
    node = ros.node('looker')
    writer = raw(Writer, 'rt/topic', STRING)
    heard = []
    node.create_subscription(String, 'topic', heard.append, 10)
    assert ros.until(lambda: node.count_publishers('topic') == 1)
    (info,) = node.get_publishers_info_by_topic('topic')
    assert (info.node_name, info.node_namespace) == (
        '_NODE_NAME_UNKNOWN_',
        '_NODE_NAMESPACE_UNKNOWN_',
    )
    assert info.topic_type == 'std_msgs/msg/String'
    assert info.endpoint_type is TopicEndpointTypeEnum.PUBLISHER
    assert ros.until(writer.is_matched)
    writer.write([serialize_message(String(data='from a stranger'))])
    assert ros.until(lambda: heard)


def test_a_participant_without_an_enclave_has_nodes_in_an_empty_one(ros, other, monkeypatch):
    monkeypatch.setattr(user_data, 'PARTICIPANT', b'')
    other.node('elsewhere')  # whose participant joins only now
    monkeypatch.undo()
    node = ros.node('looker')
    assert ros.until(lambda: 'elsewhere' in node.get_node_names())
    found = {
        name: enclave for name, _, enclave in node.get_node_names_and_namespaces_with_enclaves()
    }
    assert found == {'looker': '/', 'elsewhere': ''}


def test_a_service_is_ready_only_when_it_can_hear_and_answer(ros, raw):
    client = ros.node('client').create_client(SetBool, 'serve')
    reader = raw(Reader, 'rq/serveRequest', REQUEST)
    assert ros.until(lambda: reader.matched('publications'))
    assert not client.service_is_ready()
    writer = raw(Writer, 'rr/serveReply', REPLY)
    assert ros.until(writer.is_matched)
    assert ros.until(client.service_is_ready)


def test_a_reply_waits_for_a_client_whose_reader_is_discovered_late(ros, other, monkeypatch):
    # Long enough for a machine that is busy; 0.1 s without this.
    monkeypatch.setattr(service, '_REPLY_WAIT', 60.0)
    served = threading.Event()

    def serve(request, response):
        served.set()
        return SetBool.Response(success=request.data)

    ros.node('server').create_service(SetBool, 'serve', serve)
    participant, text = other.context.handle.participant, b'clientid=1.2.3;'
    writer = Writer(participant, 'rq/serveRequest', REQUEST, EndpointQos(), text)
    assert ros.until(writer.is_matched)
    good = serialize_message(SetBool.Request(data=True))
    writer.write([good[:4] + bytes(range(16)) + good[4:]])
    spinning = threading.Thread(target=ros.until, args=(served.is_set,))
    spinning.start()
    assert served.wait(10.0)
    reader = Reader(participant, 'rr/serveReply', REPLY, EndpointQos(), text)
    spinning.join(60.0)
    replies = []
    assert ros.until(
        lambda: any(replies) or replies.append(reader.take(lambda sample: bytes(sample.view)))
    )
    assert replies[-1][4:20] == bytes(range(16))


def test_own_endpoints_are_in_the_graph_at_once(ros):
    node = ros.node('node')
    node.create_publisher(String, 'topic', 10)
    (info,) = node.get_publishers_info_by_topic('topic')
    assert info.node_name == 'node'
    node.create_service(SetBool, 'serve', lambda request, response: response)
    assert '/serve' in dict(node.get_service_names_and_types_by_node('node', '/'))
