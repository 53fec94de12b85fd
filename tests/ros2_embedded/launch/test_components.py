"""Components are loaded into a container that speaks as a real one does."""

from __future__ import annotations

import threading

import pytest
from launch.actions import GroupAction
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import (
    ComposableNodeContainer,
    LoadComposableNodes,
    PushROSNamespace,
    SetParameter,
    SetParametersFromFile,
    SetRemap,
)
from launch_ros.actions.load_composable_nodes import get_composable_node_load_request
from launch_ros.descriptions import ComposableNode, ParameterFile
from launch_ros.utilities import get_node_name_count

PLACE = {'package': 'demo', 'plugin': 'demo::Talker'}


def request_of(context, **kwargs):
    return get_composable_node_load_request(ComposableNode(**PLACE, **kwargs), context)


def parameters(request):
    from rclpy.parameter import parameter_value_to_python

    return {each.name: parameter_value_to_python(each.value) for each in request.parameters}


def test_a_request_says_what_the_description_says(context):
    context.launch_configurations['speed'] = '2.5'
    request = request_of(
        context,
        name='talker',
        namespace='ns',
        parameters=[{'speed': LaunchConfiguration('speed'), 'a': {'b': [1, 2]}, 'text': '7'}],
        remappings=[('chatter', LaunchConfiguration('speed'))],
        extra_arguments=[{'use_intra_process_comms': True}],
    )
    assert (request.package_name, request.plugin_name) == ('demo', 'demo::Talker')
    assert (request.node_name, request.node_namespace) == ('talker', '/ns')
    assert request.remap_rules == ['chatter:=2.5']
    assert parameters(request) == {'speed': 2.5, 'a.b': [1, 2], 'text': '7'}
    assert [each.name for each in request.extra_arguments] == ['use_intra_process_comms']
    assert request.extra_arguments[0].value.bool_value


def test_a_request_takes_what_is_set_for_all_nodes_before(context, tmp_path):
    path = tmp_path / 'all.yaml'
    path.write_text('/**:\n  ros__parameters:\n    b: 2\n    a: 0\n')
    for action in (
        PushROSNamespace('outer'),
        SetRemap('chatter', 'talk'),
        SetParametersFromFile(str(path)),
        SetParameter('a', 1),
    ):
        action.execute(context)
    request = request_of(context, name='talker', namespace='inner', parameters=[{'c': 3}])
    assert request.node_namespace == '/outer/inner'
    assert request.remap_rules == ['chatter:=talk']
    assert parameters(request) == {'a': 1, 'b': 2, 'c': 3}


FILES = {
    'without nodes': ('a: 1\nb: [x, y]\n', {'a': 1, 'b': ['x', 'y']}),
    'wildcard': (
        '/**:\n  ros__parameters: {a: 1, b: 2}\nns/talker:\n  ros__parameters: {a: 3}\n',
        {'a': 3, 'b': 2},
    ),
    'nested': (
        '/ns:\n  talker:\n    ros__parameters: {a: 3}\n  x:\n    ros__parameters: {b: 9}\n',
        {'a': 3},
    ),
    'other namespace': ('/talker:\n  ros__parameters: {a: 1}\n', {}),
    'empty': ('', {}),
}


@pytest.mark.parametrize('name', FILES)
def test_of_a_parameter_file_counts_what_is_meant_for_the_node(context, tmp_path, name):
    text, expected = FILES[name]
    path = tmp_path / 'some.yaml'
    path.write_text(text)
    request = request_of(context, name='talker', namespace='ns', parameters=[ParameterFile(path)])
    assert parameters(request) == expected


def test_a_component_whose_condition_does_not_hold_is_left_out(context):
    assert request_of(context, condition=IfCondition('false')) is None
    assert request_of(context, condition=IfCondition('true')).node_name == ''


def test_a_container_is_named_or_an_action():
    with pytest.raises(TypeError, match="'LoadComposableNodes' expected 'target_container'"):
        LoadComposableNodes(composable_node_descriptions=[], target_container=3)
    action = ComposableNodeContainer(name='c', namespace='', package='p', executable='e')
    LoadComposableNodes(composable_node_descriptions=[], target_container=action)


@pytest.fixture
def container(ros):
    """A container that takes all components but those called `bad`; yields its requests."""
    from composition_interfaces.srv import LoadNode

    node = ros.node('container')
    requests = []

    def load(request, response):
        requests.append(request)
        response.success = request.node_name != 'bad'
        response.error_message = '' if response.success else 'no such class'
        response.full_node_name = f'{request.node_namespace}/{request.node_name}'
        return response

    node.create_service(LoadNode, '~/_container/load_node', load)
    over = threading.Event()

    def spin():
        while not over.is_set():
            ros.executor.spin_once(timeout_sec=0.1)

    thread = threading.Thread(target=spin)
    thread.start()
    yield requests
    over.set()
    thread.join()


def test_components_are_loaded_in_order_and_one_that_fails_is_told(run_launch, container):
    launched = run_launch(
        GroupAction(
            [
                PushROSNamespace('ns'),
                LoadComposableNodes(
                    target_container='/container',
                    composable_node_descriptions=[
                        ComposableNode(**PLACE, name='a'),
                        ComposableNode(**PLACE, name='bad'),
                        ComposableNode(**PLACE, name='b'),
                    ],
                ),
            ]
        )
    )
    assert launched.code == 0
    assert [each.node_name for each in container] == ['a', 'bad', 'b']
    told = [line for line in launched.lines if 'load_composable_nodes' in line]
    start = '[INFO] [launch_ros.actions.load_composable_nodes]: Loaded node '
    assert told == [
        f"{start}'/ns/a' in container '/container'",
        "[ERROR] [launch_ros.actions.load_composable_nodes]: Failed to load node '/ns/bad' of "
        "type 'demo::Talker' in container '/container': no such class",
        f"{start}'/ns/b' in container '/container'",
    ]


def test_a_container_is_counted_and_asked_by_the_name_it_gets(run_launch, container, tmp_path):
    from launch.actions import OpaqueFunction

    program = tmp_path / 'sleeper'
    program.write_text('#!/bin/sh\nexit 0\n')
    program.chmod(0o755)
    counts = []
    launched = run_launch(
        ComposableNodeContainer(
            name='container',
            namespace='/',
            executable=str(program),
            composable_node_descriptions=[ComposableNode(**PLACE, name='a')],
        ),
        OpaqueFunction(
            function=lambda context: counts.append(get_node_name_count(context, '/container'))
        ),
    )
    assert launched.code == 0
    assert counts == [1]
    assert [each.node_name for each in container] == ['a']
