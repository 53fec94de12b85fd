"""Parameters between nodes: the six services, the events, and what may refuse a value."""

from __future__ import annotations

import pytest
from rcl_interfaces.msg import (
    FloatingPointRange,
    IntegerRange,
    ParameterDescriptor,
    ParameterEvent,
    ParameterType,
    ParameterValue,
    SetParametersResult,
)
from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.srv import (
    DescribeParameters,
    GetParameters,
    GetParameterTypes,
    ListParameters,
    SetParameters,
    SetParametersAtomically,
)
from rclpy.parameter import Parameter


@pytest.fixture
def holder(other, ros):
    """A node with parameters in another context, spun whenever `ros` is."""
    node = other.node('holder')
    node.declare_parameter('speed', 0.5, ParameterDescriptor(
        description='How fast [m/s].',
        floating_point_range=[FloatingPointRange(from_value=0.0, to_value=2.0, step=0.0)],
    ))  # fmt: skip
    node.declare_parameter(
        'count',
        4,
        ParameterDescriptor(integer_range=[IntegerRange(from_value=0, to_value=10, step=2)]),
    )
    node.declare_parameter('name', 'arm', ParameterDescriptor(read_only=True))
    node.declare_parameter('gains.p', [1.0, 2.0])
    other.executor.remove_node(node)
    ros.executor.add_node(node)
    return node


@pytest.fixture
def ask(ros, holder):
    """Calls a parameter service of the node."""
    caller = ros.node('caller')

    def one(kind, name, **fields):
        client = caller.create_client(kind, f'/holder/{name}')
        return ros.call(client, kind.Request(**fields))

    return one


def integer(name, value):
    kind = ParameterType.PARAMETER_INTEGER
    return ParameterMsg(name=name, value=ParameterValue(type=kind, integer_value=value))


def double(name, value):
    kind = ParameterType.PARAMETER_DOUBLE
    return ParameterMsg(name=name, value=ParameterValue(type=kind, double_value=value))


def test_values_and_types_are_told_to_other_nodes(ask):
    values = ask(GetParameters, 'get_parameters', names=['speed', 'gains.p']).values
    assert values[0].double_value == 0.5
    assert list(values[1].double_array_value) == [1.0, 2.0]
    types = ask(GetParameterTypes, 'get_parameter_types', names=['name', 'count']).types
    assert list(types) == [ParameterType.PARAMETER_STRING, ParameterType.PARAMETER_INTEGER]


def test_one_parameter_without_a_value_leaves_the_whole_answer_empty(ask, holder):
    holder.declare_parameter('later', Parameter.Type.STRING)
    for name in ('later', 'nowhere'):
        assert ask(GetParameters, 'get_parameters', names=['speed', name]).values == []


def test_names_are_listed_by_a_list_of_prefixes_only(holder):
    with pytest.raises(TypeError, match='must be a list, not str'):
        holder.list_parameters(prefixes='gains', depth=0)


def test_descriptions_are_told_to_other_nodes(ask):
    answer = ask(DescribeParameters, 'describe_parameters', names=['speed', 'name'])
    speed, name = answer.descriptors
    assert (speed.name, speed.description) == ('speed', 'How fast [m/s].')
    assert speed.floating_point_range[0].to_value == 2.0
    assert name.read_only


def test_names_are_listed_by_prefix(ask):
    everything = ask(ListParameters, 'list_parameters', prefixes=[], depth=0).result
    assert {'speed', 'count', 'name', 'gains.p', 'use_sim_time'} <= set(everything.names)
    some = ask(ListParameters, 'list_parameters', prefixes=['gains'], depth=0).result
    assert (list(some.names), list(some.prefixes)) == (['gains.p'], ['gains'])


def test_another_node_sets_values_within_their_range_only(ask, holder):
    results = ask(
        SetParameters,
        'set_parameters',
        parameters=[integer('count', 6), integer('count', 7), double('speed', 2.5)],
    ).results
    assert [each.successful for each in results] == [True, False, False]
    assert all(each.reason for each in results[1:])
    assert holder.get_parameter('count').value == 6
    assert holder.get_parameter('speed').value == 0.5


def test_a_read_only_parameter_and_an_unknown_one_are_refused(ask, holder):
    text = ParameterValue(type=ParameterType.PARAMETER_STRING, string_value='leg')
    results = ask(
        SetParameters,
        'set_parameters',
        parameters=[ParameterMsg(name='name', value=text), integer('nothing', 1)],
    ).results
    assert [each.successful for each in results] == [False, False]
    assert holder.get_parameter('name').value == 'arm'


def test_setting_atomically_sets_all_or_none(ask, holder):
    refused = ask(
        SetParametersAtomically,
        'set_parameters_atomically',
        parameters=[integer('count', 8), double('speed', 9.0)],
    ).result
    assert not refused.successful
    assert holder.get_parameter('count').value == 4
    done = ask(
        SetParametersAtomically,
        'set_parameters_atomically',
        parameters=[integer('count', 8), double('speed', 1.0)],
    ).result
    assert done.successful
    assert [each.value for each in holder.get_parameters(['count', 'speed'])] == [8, 1.0]


def test_a_callback_may_refuse_what_another_node_sets(ask, holder):
    holder.add_on_set_parameters_callback(
        lambda parameters: SetParametersResult(successful=False, reason='not today')
    )
    (result,) = ask(SetParameters, 'set_parameters', parameters=[double('speed', 1.0)]).results
    assert (result.successful, result.reason) == (False, 'not today')


def test_changes_are_told_as_events(ros, holder):
    heard = []
    watcher = ros.node('watcher')
    subscription = watcher.create_subscription(
        ParameterEvent, '/parameter_events', heard.append, 10
    )
    assert ros.until(lambda: subscription.get_publisher_count() >= 2)
    holder.set_parameters([Parameter('count', value=2)])
    holder.declare_parameter('fresh', True, ParameterDescriptor(dynamic_typing=True))
    holder.set_parameters([Parameter('fresh')])
    assert ros.until(lambda: len(heard) >= 3)
    changed, new, deleted = heard[-3:]
    assert {each.node for each in heard} == {'/holder'}
    assert [each.name for each in changed.changed_parameters] == ['count']
    assert changed.changed_parameters[0].value.integer_value == 2
    assert [each.name for each in new.new_parameters] == ['fresh']
    assert [each.name for each in deleted.deleted_parameters] == ['fresh']


def test_callbacks_before_and_after_see_what_is_set(ros):
    node = ros.node('node')
    node.declare_parameter('a', 1)
    node.declare_parameter('b', 1)
    seen = []
    node.add_pre_set_parameters_callback(
        lambda parameters: [*parameters, Parameter('b', value=parameters[0].value * 2)]
    )
    node.add_post_set_parameters_callback(
        lambda parameters: seen.append({each.name: each.value for each in parameters})
    )
    assert node.set_parameters_atomically([Parameter('a', value=21)]).successful
    assert [each.value for each in node.get_parameters(['a', 'b'])] == [21, 42]
    assert seen == [{'a': 21, 'b': 42}]


def test_a_node_named_with_and_without_a_slash_keeps_the_order_of_the_files(ros, tmp_path):
    # Rules count in the order in which their names first appeared: `/dumper`, `/**`, `dumper`.
    first, second = tmp_path / 'first.yaml', tmp_path / 'second.yaml'
    first.write_text('/dumper: {ros__parameters: {q: full}}\n')
    second.write_text(
        '/**: {ros__parameters: {q: wild, p: wild}}\ndumper: {ros__parameters: {q: bare}}\n'
    )
    node = ros.node(
        'dumper',
        cli_args=['--ros-args', '--params-file', str(first), '--params-file', str(second)],
        automatically_declare_parameters_from_overrides=True,
    )
    assert node.get_parameter('q').value == 'bare'
    assert node.get_parameter('p').value == 'wild'
