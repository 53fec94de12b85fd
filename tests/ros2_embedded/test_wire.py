"""What other programs see of our nodes on the wire, held against real ROS 2 processes."""

from __future__ import annotations

import pytest
import rclpy
from cyclonedds.builtin import (
    BuiltinDataReader,
    BuiltinTopicDcpsParticipant,
    BuiltinTopicDcpsPublication,
    BuiltinTopicDcpsSubscription,
)
from cyclonedds.core import Policy
from cyclonedds.domain import DomainParticipant
from diagnostic_msgs.msg import DiagnosticArray
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from geometry_msgs.msg import TwistStamped
from rclpy.action import ActionServer
from rclpy.duration import Duration
from rclpy.lifecycle import LifecycleNode
from rclpy.qos import (
    DurabilityPolicy,
    HistoryPolicy,
    LivelinessPolicy,
    QoSProfile,
    ReliabilityPolicy,
    qos_profile_sensor_data,
    qos_profile_system_default,
)
from sensor_msgs.msg import Image, JointState
from std_msgs.msg import String, UInt8MultiArray
from std_srvs.srv import Empty, SetBool
from tf2_ros import StaticTransformBroadcaster, TransformBroadcaster

from ros2_embedded.transport.endpoint import Reader, Writer
from ros2_embedded.transport.qos import EndpointQos

BEST_EFFORT = ReliabilityPolicy.BEST_EFFORT
TRANSIENT_LOCAL = DurabilityPolicy.TRANSIENT_LOCAL


def add_server_nodes(ros):
    """Makes the nodes of the process that was recorded as `server`."""
    talker = ros.node('talker')
    for kind, topic, profile in (
        (String, 'chat_default', 10),
        (String, 'chat_sensor', qos_profile_sensor_data),
        (String, 'chat_tl', QoSProfile(depth=1, durability=TRANSIENT_LOCAL)),
        (
            String,
            'chat_dl',
            QoSProfile(
                depth=5,
                deadline=Duration(nanoseconds=500_000_000),
                lifespan=Duration(seconds=2),
                liveliness=LivelinessPolicy.MANUAL_BY_TOPIC,
                liveliness_lease_duration=Duration(seconds=1),
            ),
        ),
        (
            String,
            'chat_keepall_be',
            QoSProfile(history=HistoryPolicy.KEEP_ALL, reliability=BEST_EFFORT),
        ),
        (String, 'chat_sysdefault', qos_profile_system_default),
        (
            String,
            'chat_besteffort_tl',
            QoSProfile(depth=3, reliability=BEST_EFFORT, durability=TRANSIENT_LOCAL),
        ),
        (Image, 'image', qos_profile_sensor_data),
        (JointState, 'joint_states', 10),
        (TwistStamped, 'twist', 10),
        (UInt8MultiArray, 'bytes', 10),
        (DiagnosticArray, 'diag', 10),
    ):
        talker.create_publisher(kind, topic, profile)
    TransformBroadcaster(talker)
    StaticTransformBroadcaster(talker)
    plain = QoSProfile(depth=10, avoid_ros_namespace_conventions=True)
    talker.create_publisher(String, 'plain_dds_name', plain)
    server = ros.node('server', namespace='/ns1')
    server.create_service(SetBool, 'set_bool', lambda request, response: response)
    server.create_service(AddTwoInts, '/add_two_ints', lambda request, response: response)
    server.create_service(Empty, 'empty', lambda request, response: response)
    ActionServer(ros.node('actor'), Fibonacci, 'fibonacci', lambda goal: None)
    life = ros.add(LifecycleNode('life', context=ros.context))
    life.create_lifecycle_publisher(String, 'life_out', 10)


class Sniffer:
    """Reads what participants announce, by another program's eyes."""

    def __init__(self, domain):
        participant = DomainParticipant(domain)
        self.participant = participant
        self.readers = {
            'writer': BuiltinDataReader(participant, BuiltinTopicDcpsPublication),
            'reader': BuiltinDataReader(participant, BuiltinTopicDcpsSubscription),
        }
        self.participants = BuiltinDataReader(participant, BuiltinTopicDcpsParticipant)

    def endpoints(self):
        """Everything announced so far: (kind, topic) to type, user data and policies."""
        found = {}
        for kind, reader in self.readers.items():
            for sample in reader.read(1000):
                if hasattr(sample, 'topic_name'):
                    policies = [str(each) for each in sample.qos]
                    found[kind, sample.topic_name] = described(
                        sample.type_name, user_data(sample.qos), policies
                    )
        return found

    def participant_texts(self):
        """The user data of every participant."""
        return {user_data(each.qos) for each in self.participants.read(100)}


def user_data(qos):
    found = qos[Policy.Userdata]
    return bytes(found.data).decode() if found is not None else ''


def described(type_name, text, policies):
    """What is the same for every process: identities and what no message carries are left out."""
    data = dict(part.partition('=')[::2] for part in text.split(';'))
    return {
        'type': type_name,
        'hash': data.get('typehash'),
        'keys': list(data),
        'qos': {
            each
            for each in policies
            if not any(word in each for word in ('TypeConsistency', 'IgnoreLocal', 'Userdata'))
        },
    }


@pytest.fixture
def sniffer(ros, domain_id):
    """Joins after `ros`, whose participant configures the domain for the process."""
    assert ros.context.handle.participant.guid
    return Sniffer(domain_id)


def test_endpoints_are_announced_as_those_of_a_real_process(ros, sniffer, capture):
    add_server_nodes(ros)
    real = {
        (each['kind'], each['topic']): described(each['type'], each['user_data'], each['qos'])
        for each in capture('wire.json')['endpoints']
        if each['process'] == 'server' and '/par/' not in each['topic']
    }
    assert ros.until(lambda: not set(real) - set(sniffer.endpoints())), sorted(
        set(real) - set(sniffer.endpoints())
    )
    ours = sniffer.endpoints()
    assert {key: ours[key] for key in real} == real
    # The readers on topics that begin with DCPS are the sniffer's own.
    assert {key for key in set(ours) - set(real) if not key[1].startswith('DCPS')} == set()


def test_a_participant_is_announced_as_that_of_a_real_process(ros, sniffer):
    ros.node('node')
    assert ros.until(lambda: 'enclave=/;' in sniffer.participant_texts())


@pytest.fixture
def raw(other):
    """Makes readers and writers of bytes in another participant."""
    participant = other.context.handle.participant

    def make(kind, topic, type_name):
        return kind(participant, topic, type_name, EndpointQos(depth=10), b'')

    return make


@pytest.mark.parametrize('service', ['/add_two_ints', '/ns1/set_bool', '/ns1/empty'])
def test_a_recorded_request_gets_the_reply_that_was_recorded(ros, raw, capture, service):
    node = ros.node('server', namespace='/ns1')

    def add(request, response):
        response.sum = request.a + request.b
        return response

    exchange = next(
        each for each in capture('wire.json')['service_exchanges'] if each['service'] == service
    )
    real_reply = exchange['replies'][0]

    def set_bool(request, response):
        response.success = real_reply['decoded']['message']['success']
        response.message = real_reply['decoded']['message']['message']
        return response

    node.create_service(AddTwoInts, '/add_two_ints', add)
    node.create_service(SetBool, 'set_bool', set_bool)
    node.create_service(Empty, 'empty', lambda request, response: response)
    reader = raw(Reader, f'rr{service}Reply', exchange['reply_type'])
    writer = raw(Writer, f'rq{service}Request', exchange['request_type'])
    assert ros.until(lambda: writer.is_matched() and reader.matched('publications'))
    writer.write([bytes.fromhex(exchange['request']['cdr_hex'])])
    replies = []

    def replied():
        found = reader.take(lambda sample: bytes(sample.view))
        if found is not None:
            replies.append(found)
        return bool(replies)

    assert ros.until(replied)
    recorded = bytes.fromhex(real_reply['cdr_hex'])
    # The capture has samples padded to a multiple of four bytes.
    assert replies[0].ljust(len(recorded), b'\0') == recorded


def test_nodes_are_announced_step_by_step_as_by_a_real_process(other, ros, raw, capture):
    """The record of process `grow`: which node has how many readers and writers, in order."""
    from rclpy.serialization import deserialize_message
    from rmw_dds_common.msg import ParticipantEntitiesInfo

    qos = EndpointQos(depth=1000, transient_local=True)
    reader = Reader(
        other.context.handle.participant,
        'ros_discovery_info',
        'rmw_dds_common::msg::dds_::ParticipantEntitiesInfo_',
        qos,
        b'',
    )
    gid = ros.context.handle.participant.guid
    said = []

    def hear():
        while (data := reader.take(lambda sample: bytes(sample.view))) is not None:
            message = deserialize_message(data, ParticipantEntitiesInfo)
            if bytes(message.gid.data)[:16] == gid:
                said.append(counts(message.node_entities_info_seq))
        return said

    bare = {
        'enable_rosout': False,
        'start_parameter_services': False,
        'enable_logger_service': False,
    }
    off = [rclpy.Parameter('start_type_description_service', value=False)]
    grow = ros.node('grow', parameter_overrides=off, **bare)
    publisher = grow.create_publisher(String, 'grown', 10)
    grow.create_subscription(String, 'grown', lambda message: None, 10)
    grow.create_service(Empty, 'grown_service', lambda request, response: response)
    client = grow.create_client(Empty, 'grown_service')
    second = ros.node('second', namespace='/deep/er')
    grow.destroy_client(client)
    grow.destroy_publisher(publisher)
    second.destroy_node()
    grow.destroy_node()
    assert other.until(lambda: hear() and said[-1] == [])
    real = [
        [
            (each['node_namespace'], each['node_name'], len(each['reader_gid_seq']),
             len(each['writer_gid_seq']))
            for each in sample['decoded']['node_entities_info_seq']
        ]
        for sample in capture('wire.json')['ros_discovery_info']['grow']
    ]  # fmt: skip
    assert said[-1] == []
    assert len(said) >= 10
    # Ours are a part of the real ones: several changes at once are announced as one.
    left = iter(real)
    assert all(state in left for state in said), said


def counts(nodes):
    return [
        (each.node_namespace, each.node_name, len(each.reader_gid_seq), len(each.writer_gid_seq))
        for each in nodes
    ]
