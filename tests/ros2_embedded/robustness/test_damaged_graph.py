"""A thousand damaged announcements of nodes harm nobody's knowledge of the graph."""

from __future__ import annotations

import random
import struct

import pytest
from rmw_dds_common.msg import ParticipantEntitiesInfo
from std_srvs.srv import SetBool

from ros2_embedded.transport import discovery_info
from ros2_embedded.transport.discovery_info import NodeRecord
from ros2_embedded.transport.endpoint import Reader, Writer
from ros2_embedded.transport.qos import EndpointQos

TOPIC = 'ros_discovery_info'


def test_a_node_still_sees_the_others_and_keeps_nothing_of_what_is_damaged(
    ros, other, stranger, flood, damaged
):
    node = ros.node('looker')
    other.node('good')
    assert ros.until(lambda: 'good' in node.get_node_names())
    writer = stranger.writer(TOPIC, ParticipantEntitiesInfo, depth=1, transient_local=True)
    graph = ros.context.handle.graph

    def looking(samples):
        for sample in samples:
            yield sample
            node.get_node_names_and_namespaces()

    flood(writer, looking(damaged(ParticipantEntitiesInfo)))
    # What names a participant that nobody has discovered is not kept.
    assert len(graph._nodes) <= 2
    assert sorted(node.get_node_names()) == ['good', 'looker']
    other.node('later')
    assert ros.until(lambda: 'later' in node.get_node_names())


def test_announcements_in_the_name_of_a_real_participant_do_no_harm(ros, other, stranger, flood):
    node = ros.node('looker')
    other.node('good')
    assert ros.until(lambda: 'good' in node.get_node_names())
    writer = stranger.writer(TOPIC, ParticipantEntitiesInfo, depth=1, transient_local=True)
    whose = other.context.handle.participant.guid
    chance = random.Random(5)

    def forged():
        for _ in range(1000):
            names = [''.join(map(chr, chance.choices(range(32, 400), k=5))) for _ in range(2)]
            gids = [chance.randbytes(16) for _ in range(chance.randrange(4))]
            sample = discovery_info.encode(whose, [NodeRecord(*names, gids, gids)])
            cut = chance.choice((None, None, -1, -9))
            yield sample[:cut]
            assert node.get_node_names()
            node.get_topic_names_and_types()

    flood(writer, forged())
    other.node('later')
    assert ros.until(lambda: {'good', 'later'} <= set(node.get_node_names()))


@pytest.mark.parametrize('count', [2**32 - 1, 2**31, 10**6, 20])
def test_a_count_of_nodes_that_the_sample_cannot_hold_is_refused(count):
    data = b'\x00\x01\x00\x00' + bytes(16) + struct.pack('<I', count) + bytes(64)
    with pytest.raises(ValueError, match=r'exceeds the data|too early'):
        discovery_info.decode(data)


def test_endpoints_that_say_anything_of_themselves_are_listed_or_left_out(ros, other):
    node = ros.node('looker')
    participant = other.context.handle.participant
    chance = random.Random(6)
    texts = (
        b'typehash=',
        b'typehash=RIHS01_12;',
        b'typehash=RIHS99_zz;',
        b'clientid=',
        b'=;;=',
        b'',
    )
    types = ('std_msgs::msg::dds_::String_', 'String', 'dds_::', '::msg::dds_::_', 'a' * 200)
    made = []
    for number in range(200):
        text = chance.choice(texts) + chance.randbytes(chance.randrange(30))
        topic = chance.choice(('rt/topic', 'rq/serveRequest', 'rr/serveReply', 'rt', 'rq/', 'x_y'))
        kind = chance.choice((Reader, Writer))
        name = f'{topic}{number % 7}' if chance.random() < 0.5 else topic
        made.append(kind(participant, name, chance.choice(types), EndpointQos(), text))
    assert ros.until(lambda: len(ros.context.handle.graph.endpoints()) >= 200)
    node.get_topic_names_and_types()
    node.get_service_names_and_types()
    node.get_topic_names_and_types(no_demangle=True)
    found = [
        *node.get_publishers_info_by_topic('topic'),
        *node.get_subscriptions_info_by_topic('topic'),
    ]
    assert found
    assert all(repr(each) and str(each.topic_type_hash) for each in found)
    client = node.create_client(SetBool, 'serve')
    client.service_is_ready()
    for each in made:
        each.close()
    assert ros.until(lambda: node.count_publishers('topic') == 0)
