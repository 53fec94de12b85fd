"""A thousand damaged requests or replies harm neither the server nor the client."""

from __future__ import annotations

import struct

import pytest
from lifecycle_msgs.srv import ChangeState, GetState
from rcl_interfaces.srv import (
    DescribeParameters,
    GetLoggerLevels,
    GetParameters,
    GetParameterTypes,
    ListParameters,
    SetLoggerLevels,
    SetParameters,
    SetParametersAtomically,
)
from rclpy.lifecycle import LifecycleNode
from rclpy.parameter import Parameter
from rclpy.parameter_client import AsyncParameterClient
from rclpy.serialization import serialize_message
from sensor_msgs.srv import SetCameraInfo
from std_srvs.srv import SetBool
from type_description_interfaces.srv import GetTypeDescription

#: A client that nobody knows, and the number of its request.
IDENTITY = struct.pack('<Qq', 2**64 - 1, -7)


@pytest.mark.parametrize('kind', [SetBool, SetCameraInfo])
def test_a_server_drops_damaged_requests_and_answers_the_next_good_one(
    kind, ros, other, stranger, flood, damaged
):
    asked = []

    def answer(request, response):
        asked.append(repr(request))
        response.success = True
        return response

    node = ros.node('server')
    node.create_service(kind, 'serve', answer)
    writer = stranger.writer('rq/serveRequest', kind.Request)
    flood(writer, damaged(kind.Request, IDENTITY, 900))
    flood(writer, damaged(kind.Request, count=100))  # also what tells whose request it is
    assert len(asked) >= 200
    client = node.create_client(kind, 'serve')
    assert ros.call(client, kind.Request()).success


@pytest.mark.parametrize('kind', [SetBool, SetCameraInfo])
def test_a_client_drops_damaged_replies_and_takes_the_good_one(
    kind, ros, stranger, flood, damaged
):
    client = ros.node('client').create_client(kind, 'serve')
    requests = stranger.reader('rq/serveRequest', kind.Request)
    replies = stranger.writer('rr/serveReply', kind.Response)
    assert client.wait_for_service(timeout_sec=10.0)
    future = client.call_async(kind.Request())
    identity = []

    def requested():
        found = requests.take(lambda sample: bytes(sample.view))
        identity.extend([found[4:20]] if found else [])
        return bool(identity)

    assert ros.until(requested)
    whose, number = struct.unpack('<Qq', identity[0])
    # Replies to requests that were never made, to other clients, and to nobody.
    flood(replies, damaged(kind.Response, struct.pack('<Qq', whose, number + 1000), 500))
    flood(replies, damaged(kind.Response, struct.pack('<Qq', whose ^ 1, number), 400))
    flood(replies, damaged(kind.Response, count=100))
    assert not future.done()
    good = serialize_message(kind.Response(success=True))
    replies.write([good[:4] + identity[0] + good[4:]])
    assert ros.result(future).success


def test_a_reply_that_is_damaged_leaves_its_request_unanswered_like_a_lost_one(
    ros, stranger, capfd
):
    client = ros.node('client').create_client(SetBool, 'serve')
    requests = stranger.reader('rq/serveRequest', SetBool.Request)
    replies = stranger.writer('rr/serveReply', SetBool.Response)
    assert client.wait_for_service(timeout_sec=10.0)
    future = client.call_async(SetBool.Request())
    taken = []
    assert ros.until(lambda: taken or taken.append(requests.take(lambda s: bytes(s.view))))
    replies.write([taken[0][:20] + b'\x01\xff\xff\xff\xff\xff\xff\xff'])
    ros.executor.spin_once(timeout_sec=1.0)
    assert not future.done()
    assert "A damaged sample of '/serve' was dropped" in capfd.readouterr().err


PARAMETER_SERVICES = {
    'describe_parameters': DescribeParameters,
    'get_parameters': GetParameters,
    'get_parameter_types': GetParameterTypes,
    'list_parameters': ListParameters,
    'set_parameters': SetParameters,
    'set_parameters_atomically': SetParametersAtomically,
}


@pytest.mark.parametrize('undeclared', [False, True])
@pytest.mark.parametrize('service', PARAMETER_SERVICES)
def test_a_parameter_service_survives_bad_requests(
    service, undeclared, ros, stranger, flood, damaged
):
    kind = PARAMETER_SERVICES[service]
    node = ros.node('robot', allow_undeclared_parameters=undeclared)
    node.declare_parameter('speed', 1)
    writer = stranger.writer(f'rq/robot/{service}Request', kind.Request, depth=1000)
    flood(writer, damaged(kind.Request, IDENTITY))
    client = AsyncParameterClient(ros.node('asker'), 'robot')
    assert client.wait_for_services(timeout_sec=10.0)
    ros.result(client.set_parameters([Parameter('speed', value=5)]))
    (value,) = ros.result(client.get_parameters(['speed'])).values
    assert value.integer_value == 5


def test_a_parameter_of_no_known_type_is_refused_with_the_reason(ros):
    node = ros.node('robot')
    node.declare_parameter('speed', 1)
    client = ros.node('asker').create_client(SetParameters, '/robot/set_parameters')
    request = SetParameters.Request(parameters=[Parameter('speed', value=5).to_parameter_msg()])
    request.parameters[0].value.type = 77
    (result,) = ros.call(client, request).results
    assert not result.successful
    assert result.reason == "The type 77 of parameter 'speed' is none; known are 0 to 9."
    assert node.get_parameter('speed').value == 1


OTHER_SERVICES = {
    'robot/get_type_description': GetTypeDescription,
    'robot/get_logger_levels': GetLoggerLevels,
    'robot/set_logger_levels': SetLoggerLevels,
    'life/change_state': ChangeState,
    'life/get_state': GetState,
}


@pytest.mark.parametrize('service', OTHER_SERVICES)
def test_the_other_services_of_a_node_survive_bad_requests(service, ros, stranger, flood, damaged):
    kind = OTHER_SERVICES[service]
    node = ros.node('robot', enable_logger_service=True)
    ros.add(LifecycleNode('life', context=ros.context))
    writer = stranger.writer(f'rq/{service}Request', kind.Request)
    flood(writer, damaged(kind.Request, IDENTITY))
    client = node.create_client(kind, f'/{service}')
    assert isinstance(ros.call(client, kind.Request()), kind.Response)
