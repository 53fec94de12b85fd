"""What other programs see of our nodes on the wire, held against real ROS 2 processes."""

from dataclasses import dataclass

import pytest
import rclpy
from cyclonedds.builtin import (
    BuiltinDataReader,
    BuiltinTopicDcpsParticipant,
    BuiltinTopicDcpsPublication,
    BuiltinTopicDcpsSubscription,
)
from cyclonedds.core import Policy, Qos
from cyclonedds.domain import DomainParticipant
from cyclonedds.idl import IdlStruct
from cyclonedds.sub import DataReader
from cyclonedds.topic import Topic
from std_msgs.msg import String
from std_srvs.srv import Empty

from ros2_embedded.transport.endpoint import Reader


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


@pytest.mark.parametrize('process', ['server', 'client', 'grow'])
def test_endpoints_are_announced_as_those_of_a_real_process(
    process, ros, sniffer, wire, recorded_processes
):
    recorded_processes[process](ros)
    real = {
        (each['kind'], each['topic']): described(each['type'], each['user_data'], each['qos'])
        for each in wire['endpoints']
        if each['process'] == process
    }
    assert ros.until(lambda: not set(real) - set(sniffer.endpoints())), sorted(
        set(real) - set(sniffer.endpoints())
    )
    ours = sniffer.endpoints()
    assert {key: ours[key] for key in real} == real
    # The readers on topics that begin with DCPS are the sniffer's own.
    assert {key for key in set(ours) - set(real) if not key[1].startswith('DCPS')} == set()


def test_endpoints_have_no_key_and_no_structure_as_those_of_a_real_process(ros, sniffer, wire):
    assert all(each['keyless'] for each in wire['endpoints'])
    assert not any(each['xtypes_type_id_received'] for each in wire['endpoints'])
    node = ros.node('node')
    node.create_publisher(String, 'topic', 10)
    node.create_service(Empty, 'serve', lambda request, response: response)
    assert ros.until(lambda: ('reader', 'rq/serveRequest') in sniffer.endpoints())
    seen = [
        each
        for reader in sniffer.readers.values()
        for each in reader.read(1000)
        if each.topic_name.startswith(('rt/', 'rq/', 'rr/'))
    ]
    assert {each.key.bytes[-1] for each in seen} == {3, 4}
    assert {each.type_id for each in seen} == {None}


def test_a_participant_is_announced_as_those_of_real_processes(ros, sniffer, wire):
    ros.node('node')
    guid = ros.context.handle.participant.guid
    found = []

    def seen():
        found.extend(each for each in sniffer.participants.read(100) if each.key.bytes == guid)
        return bool(found)

    assert ros.until(seen)
    # Host, process and address are each machine's own.
    ours = {str(each).partition(', value')[0] for each in found[0].qos}
    for process in wire['participants']:
        if process['process'] != 'sniffer':
            assert ours == {each.partition(', value')[0] for each in process['qos']}
            assert user_data(found[0].qos) == process['user_data']


def test_nodes_are_announced_step_by_step_as_by_a_real_process(other, ros, raw, wire):
    """The record of process `grow`: which node has how many readers and writers, in order."""
    from rclpy.serialization import deserialize_message
    from rmw_dds_common.msg import ParticipantEntitiesInfo

    reader = raw(
        Reader,
        'ros_discovery_info',
        'rmw_dds_common::msg::dds_::ParticipantEntitiesInfo_',
        depth=1000,
        transient_local=True,
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
        for sample in wire['ros_discovery_info']['grow']
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


@dataclass
class Text(IdlStruct, typename='std_msgs.msg.dds_.String_'):
    """std_msgs/msg/String, as another program declares it."""

    data: str


def test_a_publisher_that_goes_leaves_its_samples_without_a_writer_and_disposes_nothing(
    ros, domain_id, wire
):
    recorded = {each['istate'] for each in wire['invalid_samples'] if each['k'] == 'invalid'}
    node = ros.node('node')
    publisher = node.create_publisher(String, 'topic', 10)
    participant = DomainParticipant(domain_id)
    reader = DataReader(
        participant,
        Topic(participant, 'rt/topic', Text),
        qos=Qos(Policy.Reliability.Reliable(0)),
    )
    assert ros.until(lambda: publisher.get_subscription_count() == 1)
    publisher.publish(String(data='a'))
    samples = []
    assert ros.until(lambda: samples.extend(reader.take(10)) or samples)
    assert samples[0].data == 'a'
    node.destroy_publisher(publisher)
    states = []
    assert ros.until(
        lambda: (
            states.extend(each.sample_info.instance_state for each in reader.take(10)) or states
        )
    )
    assert {str(int(each)) for each in states} == recorded == {'64'}
