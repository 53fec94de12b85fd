"""What clients and services tell of their traffic."""

from __future__ import annotations

import pytest
from rclpy.qos import qos_profile_system_default
from rclpy.service_introspection import ServiceIntrospectionState
from service_msgs.msg import ServiceEventInfo
from std_srvs.srv import SetBool

KINDS = [
    ServiceEventInfo.REQUEST_SENT,
    ServiceEventInfo.REQUEST_RECEIVED,
    ServiceEventInfo.RESPONSE_SENT,
    ServiceEventInfo.RESPONSE_RECEIVED,
]


def answer(request, response):
    response.success, response.message = request.data, 'done'
    return response


@pytest.fixture
def sides(ros):
    """A node with a client and its service, and the events that are heard of them by kind."""
    node = ros.node('node')
    service = node.create_service(SetBool, 'switch', answer)
    client = node.create_client(SetBool, 'switch')
    heard = {}

    def hear(event):
        heard[event.info.event_type] = event

    node.create_subscription(SetBool.Event, 'switch/_service_event', hear, 10)
    return node, client, service, heard


def configure(sides, state):
    node, client, service, _ = sides
    for side in (client, service):
        side.configure_introspection(node.get_clock(), qos_profile_system_default, state)


def test_contents_tells_all_four_steps_of_a_call_with_their_messages(ros, sides):
    node, client, _, heard = sides
    configure(sides, ServiceIntrospectionState.CONTENTS)
    assert ros.until(lambda: node.count_publishers('/switch/_service_event') == 2)
    ros.call(client, SetBool.Request(data=True))
    assert ros.until(lambda: sorted(heard) == KINDS)
    for kind in KINDS[:2]:
        assert [each.data for each in heard[kind].request] == [True]
        assert heard[kind].response == []
    for kind in KINDS[2:]:
        assert heard[kind].request == []
        assert [each.message for each in heard[kind].response] == ['done']


def test_all_steps_of_a_call_carry_its_client_and_number(ros, sides):
    _, client, _, heard = sides
    configure(sides, ServiceIntrospectionState.METADATA)
    ros.call(client, SetBool.Request(data=True))
    assert ros.until(lambda: sorted(heard) == KINDS)
    infos = [heard[kind].info for kind in KINDS]
    assert len({(bytes(each.client_gid), each.sequence_number) for each in infos}) == 1
    assert any(infos[0].client_gid)
    assert all(each.stamp.sec > 0 for each in infos)


def test_metadata_tells_no_messages(ros, sides):
    _, client, _, heard = sides
    configure(sides, ServiceIntrospectionState.METADATA)
    ros.call(client, SetBool.Request(data=True))
    assert ros.until(lambda: sorted(heard) == KINDS)
    assert not any(list(each.request) + list(each.response) for each in heard.values())


def test_nothing_is_told_after_it_was_switched_off(ros, sides):
    node, client, service, heard = sides
    configure(sides, ServiceIntrospectionState.METADATA)
    client.configure_introspection(
        node.get_clock(), qos_profile_system_default, ServiceIntrospectionState.OFF
    )
    ros.call(client, SetBool.Request(data=True))
    # The service still tells; what it sent last proves that the client sent nothing before.
    assert ros.until(lambda: ServiceEventInfo.RESPONSE_SENT in heard)
    assert sorted(heard) == KINDS[1:3]
    node.destroy_service(service)
    assert ros.until(lambda: node.count_publishers('/switch/_service_event') == 0)
