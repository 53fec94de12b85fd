"""Waitables of a user's own, made of the entities of rclpy's extension."""

from __future__ import annotations

import pytest
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.event_handler import QoSPublisherEventType
from rclpy.impl.implementation_singleton import rclpy_implementation as _rclpy
from rclpy.qos import QoSProfile, qos_profile_default
from rclpy.waitable import NumberOfEntities, Waitable
from std_msgs.msg import String
from std_srvs.srv import Trigger

QOS = QoSProfile(depth=10).get_c_qos_profile()


class Single(Waitable):
    """Waits for one entity, and keeps what is taken of it."""

    def __init__(self, kind, entity, take):
        super().__init__(ReentrantCallbackGroup())
        self.kind, self.entity, self.take = kind, entity, take
        self.index = None
        self.taken = []

    def add_to_wait_set(self, wait_set):
        self.index = getattr(wait_set, f'add_{self.kind}')(self.entity)

    def is_ready(self, wait_set):
        return wait_set.is_ready(self.kind, self.index)

    def take_data(self):
        return self.take(self.entity)

    async def execute(self, taken_data):
        self.taken.append(taken_data)

    def get_num_entities(self):
        return NumberOfEntities(**{f'num_{self.kind}s': 1})


@pytest.fixture
def wait(ros):
    """Waits for one entity by a node until something was taken; returns that."""
    node = ros.node('waiting')

    def one(kind, make, take, cause=lambda entity: None):
        with node.handle:
            waitable = Single(kind, make(node), take)
        node.add_waitable(waitable)
        cause(waitable.entity)
        assert ros.until(lambda: waitable.taken)
        node.remove_waitable(waitable)
        return waitable.taken[0]

    one.node = node
    return one


def test_a_subscription_gives_message_and_information(ros, wait):
    publisher = wait.node.create_publisher(String, 'topic', 10)
    message, info = wait(
        'subscription',
        lambda node: _rclpy.Subscription(node.handle, String, 'topic', QOS),
        lambda entity: entity.take_message(String, False),
        lambda _: publisher.publish(String(data='heard')),
    )
    assert message.data == 'heard'
    assert info['source_timestamp'] > 0


def test_a_service_gives_the_request_and_answers_it(ros, wait):
    client = wait.node.create_client(Trigger, 'service')
    futures = []

    def cause(_):
        assert client.wait_for_service(10.0)
        futures.append(client.call_async(Trigger.Request()))

    def take(entity):
        request, header = entity.service_take_request(Trigger.Request)
        entity.service_send_response(Trigger.Response(message='here'), header)
        return request, header

    request, header = wait(
        'service', lambda node: _rclpy.Service(node.handle, Trigger, 'service', QOS), take, cause
    )
    assert isinstance(request, Trigger.Request)
    assert header.source_timestamp > 0
    assert ros.result(futures[0]).message == 'here'


def test_a_client_gives_the_reply(ros, wait):
    wait.node.create_service(Trigger, 'service', lambda q, r: Trigger.Response(message='there'))

    def cause(client):
        assert ros.until(client.service_server_is_available)
        client.send_request(Trigger.Request())

    header, response = wait(
        'client',
        lambda node: _rclpy.Client(node.handle, Trigger, 'service', QOS),
        lambda entity: entity.take_response(Trigger.Response),
        cause,
    )
    assert header.sequence_number > 0
    assert response.message == 'there'


def test_a_timer_and_a_guard_condition_wake_their_waitables(ros, wait):
    clock = Clock(clock_type=ClockType.STEADY_TIME)
    assert wait(
        'timer',
        lambda node: _rclpy.Timer(clock.handle, node.context.handle, 1_000_000, True),
        lambda entity: entity.call_timer() or 'due',
    ) == 'due'  # fmt: skip
    assert wait(
        'guard_condition',
        lambda node: _rclpy.GuardCondition(node.context.handle),
        lambda entity: 'raised',
        lambda entity: entity.trigger_guard_condition(),
    ) == 'raised'  # fmt: skip


def test_an_event_is_waited_for_without_an_executor(ros):
    node = ros.node('node')
    publisher = node.create_publisher(String, 'topic', 10)
    matched = _rclpy.EventHandle(publisher.handle, QoSPublisherEventType.RCL_PUBLISHER_MATCHED)
    wait_set = _rclpy.WaitSet(0, 0, 0, 0, 0, 1, node.context.handle)
    index = wait_set.add_event(matched)
    wait_set.wait(0)
    assert not wait_set.is_ready('event', index)
    node.create_subscription(String, 'topic', print, 10)
    wait_set.wait(10 * 10**9)
    assert wait_set.is_ready('event', index)
    assert matched.take_event().current_count == 1


def test_a_profile_goes_to_the_extension_and_back():
    assert QoSProfile(**qos_profile_default.get_c_qos_profile().to_dict()) == qos_profile_default
    named = _rclpy.rmw_qos_profile_t.predefined('qos_profile_default')
    assert QoSProfile(**named.to_dict()) == qos_profile_default
    with pytest.raises(ValueError, match=r"'qos_profile_best'; known are .*qos_profile_default"):
        _rclpy.rmw_qos_profile_t.predefined('qos_profile_best')
