"""The client of another node's parameters, and the handler of parameter events."""

from __future__ import annotations

import pytest
from rcl_interfaces.msg import ParameterType
from rclpy.parameter import Parameter
from rclpy.parameter_client import AsyncParameterClient
from rclpy.parameter_event_handler import ParameterEventHandler


@pytest.fixture
def holder(ros):
    node = ros.node('holder', namespace='/robot')
    node.declare_parameter('speed', 0.5)
    node.declare_parameter('name', 'arm')
    return node


@pytest.fixture
def client(ros, holder):
    found = AsyncParameterClient(ros.node('caller'), '/robot/holder')
    assert found.wait_for_services(timeout_sec=10.0)
    return found


def test_parameters_are_listed_read_and_set(ros, client, holder):
    names = ros.result(client.list_parameters()).result.names
    assert {'speed', 'name'} <= set(names)
    seen = []
    future = client.set_parameters([Parameter('speed', value=1.5)], callback=seen.append)
    assert ros.result(future).results[0].successful
    assert ros.until(lambda: seen)
    assert ros.result(client.get_parameters(['speed'])).values[0].double_value == 1.5
    assert list(ros.result(client.get_parameter_types(['name'])).types) == [
        ParameterType.PARAMETER_STRING
    ]
    assert ros.result(client.describe_parameters(['name'])).descriptors[0].name == 'name'


def test_a_file_sets_parameters(ros, client, holder, tmp_path):
    path = tmp_path / 'values.yaml'
    path.write_text('/robot/holder:\n  ros__parameters:\n    speed: 2.5\n    name: leg\n')
    answer = ros.result(client.load_parameter_file_atomically(str(path)))
    assert answer.result.successful
    assert [each.value for each in holder.get_parameters(['speed', 'name'])] == [2.5, 'leg']


def test_functions_are_called_when_a_parameter_changes(ros, holder):
    handler = ParameterEventHandler(ros.node('watcher', namespace='/robot'))
    speeds, events = [], []
    handle = handler.add_parameter_callback(
        'speed', 'holder', lambda parameter: speeds.append(parameter.value.double_value)
    )
    handler.add_parameter_event_callback(lambda event: events.append(event.node))
    subscription = handler.parameter_event_subscription
    assert ros.until(lambda: subscription.get_publisher_count() >= 2)
    holder.set_parameters([Parameter('name', value='leg'), Parameter('speed', value=1.0)])
    assert ros.until(lambda: speeds)
    handler.remove_parameter_callback(handle)
    before = len(events)
    holder.set_parameters([Parameter('speed', value=2.0)])
    assert ros.until(lambda: len(events) > before)
    assert speeds == [1.0]
    with pytest.raises(RuntimeError, match="Callback doesn't exist"):
        handler.remove_parameter_callback(handle)


def test_functions_come_last_in_first_out_until_they_are_removed(ros, holder):
    listener = ros.node('listener')
    handler = ParameterEventHandler(listener)
    called, events = [], []
    first, _ = (
        handler.add_parameter_callback(
            'fresh', holder.get_fully_qualified_name(), lambda each, who=who: called.append(who)
        )
        for who in ('first', 'second')
    )
    handler.add_parameter_event_callback(lambda event: events.append(event.node))
    assert ros.until(lambda: listener.count_publishers('/parameter_events') >= 2)
    holder.declare_parameter('fresh', 1)
    assert ros.until(lambda: events)
    assert called == ['second', 'first']
    handler.remove_parameter_callback(first)
    with pytest.raises(RuntimeError, match="Callback doesn't exist"):
        handler.remove_parameter_callback(first)
    holder.set_parameters([Parameter('fresh', value=2)])
    assert ros.until(lambda: len(called) == 3)
    assert called[-1] == 'second'
