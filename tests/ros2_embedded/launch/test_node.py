"""A Node's process gets the command line that ROS 2's launch_ros gives it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml
from launch.actions import GroupAction, OpaqueFunction, SetLaunchConfiguration
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration, TextSubstitution
from launch_ros.actions import (
    Node,
    PushROSNamespace,
    PushRosNamespace,
    SetParameter,
    SetParametersFromFile,
    SetRemap,
    SetROSLogDir,
)
from launch_ros.descriptions import Parameter, ParameterFile, ParameterValue
from launch_ros.substitutions import Parameter as ParameterSubstitution


@pytest.fixture
def program(tmp_path):
    """An executable that does nothing."""
    path = tmp_path / 'program'
    path.write_text('#!/bin/sh\n')
    path.chmod(0o755)
    return str(path)


def arguments(node: Node) -> list[str]:
    """Return the command line after the program; parameter files of launch as their content."""
    return [
        yaml.safe_load(Path(each).read_text()) if 'launch_params_' in each else each
        for each in node.cmd[1:]
    ]


def test_all_arguments_come_in_the_order_of_ros_2(run_launch, program, tmp_path):
    (tmp_path / 'file.yaml').write_text('/**:\n  ros__parameters:\n    p: 1\n')
    node = Node(
        executable=program,
        name='n',
        namespace='x',
        parameters=[str(tmp_path / 'file.yaml'), {'p': 2}, Parameter('q', [1, 2])],
        remappings=[('chat', LaunchConfiguration('topic'))],
        arguments=['user', '--flag'],
        ros_arguments=['--log-level', 'debug'],
    )
    assert run_launch(node, topic='/talk').code == 0
    assert arguments(node) == [
        'user',
        '--flag',
        '--ros-args',
        '--log-level',
        'debug',
        '--ros-args',
        '-r',
        '__node:=n',
        '-r',
        '__ns:=/x',
        '--params-file',
        str(tmp_path / 'file.yaml'),
        '--params-file',
        {'/x/n': {'ros__parameters': {'p': 2}}},
        '-p',
        'q:=- 1\n- 2\n',
        '-r',
        'chat:=/talk',
    ]
    assert node.node_name == '/x/n'
    assert node.expanded_remapping_rules == [('chat', '/talk')]


def test_a_plain_node_has_no_name_of_launch(run_launch, program):
    node = Node(executable=program)
    with pytest.raises(RuntimeError, match="cannot access 'node_name' before executing"):
        _ = node.node_name
    run_launch(node)
    assert arguments(node) == ['--ros-args']
    assert node.node_name == '<node_namespace_unspecified>/<node_name_unspecified>'
    assert not node.is_node_name_fully_specified()


def test_namespaces_nest_up_to_an_absolute_one(run_launch, program):
    nodes = {
        'inner': Node(executable=program),
        'sub': Node(executable=program, namespace='sub'),
        'absolute': Node(executable=program, namespace='/abs'),
        'deep': Node(executable=program),
        'outside': Node(executable=program),
    }
    run_launch(
        GroupAction(
            [
                PushRosNamespace('robot'),
                nodes['inner'],
                nodes['sub'],
                nodes['absolute'],
                GroupAction([PushROSNamespace(LaunchConfiguration('arm')), nodes['deep']]),
            ]
        ),
        nodes['outside'],
        arm='arm',
    )
    assert {name: arguments(node)[1:] for name, node in nodes.items()} == {
        'inner': ['-r', '__ns:=/robot'],
        'sub': ['-r', '__ns:=/robot/sub'],
        'absolute': ['-r', '__ns:=/abs'],
        'deep': ['-r', '__ns:=/robot/arm'],
        'outside': [],
    }


def test_parameters_and_remaps_for_all_nodes_end_with_the_group(run_launch, program, tmp_path):
    (tmp_path / 'b.yaml').write_text('')
    first, second, third = (Node(executable=program) for _ in range(3))
    launched = run_launch(
        SetParameter('use_sim_time', True),
        GroupAction(
            [
                SetParameter(name='g', value=LaunchConfiguration('g')),
                SetParameter(name='l', value=[1.0, 2.0]),
                SetRemap('chat', 'said'),
                SetParametersFromFile(str(tmp_path / 'b.yaml')),
                first,
            ]
        ),
        second,
        GroupAction([SetRemap('a', 'b'), third]),
        g='1.5',
    )
    assert launched.code == 0
    assert arguments(first) == [
        '--ros-args',
        *('-p', 'use_sim_time:=True', '-p', 'g:=1.5', '-p', 'l:=[1.0, 2.0]'),
        *('--params-file', str(tmp_path / 'b.yaml'), '-r', 'chat:=said'),
    ]
    assert arguments(second) == ['--ros-args', '-p', 'use_sim_time:=True']
    assert arguments(third) == ['--ros-args', '-p', 'use_sim_time:=True', '-r', 'a:=b']


def test_a_parameter_set_for_all_nodes_can_be_read(run_launch, context):
    context.launch_configurations['global_params'] = [('g', 1), '/file']
    assert ParameterSubstitution('g').perform(context) == '1'
    assert ParameterSubstitution('h', default=[2]).perform(context) == '2'
    with pytest.raises(RuntimeError, match="parameter 'h' not found"):
        ParameterSubstitution('h').perform(context)


@pytest.mark.parametrize(
    ('value', 'expected'),
    [
        (1, 1),
        (1.0, 1.0),
        (True, True),
        ('1', '1'),
        ('true', 'true'),
        ('- a: b', '- a: b'),
        ('', ''),
        (b'x', b'x'),
        ([1, 2], [1, 2]),
        ([1, 2.5], [1.0, 2.5]),
        ([True, False], [True, False]),
        (['a', '1'], ['a', '1']),
        (LaunchConfiguration('v'), 7),
        (['a', LaunchConfiguration('v')], 'a7'),
        ([[LaunchConfiguration('v')], ['8']], [7, 8]),
        (ParameterValue(LaunchConfiguration('v'), value_type=str), '7'),
        (ParameterValue(LaunchConfiguration('v'), value_type=float), 7.0),
        (ParameterValue([1, LaunchConfiguration('v')], value_type=list[int]), [1, 7]),
        (ParameterValue('7', value_type=str), '7'),
        (TextSubstitution(text='[1.0, 2.0]'), [1.0, 2.0]),
        (TextSubstitution(text=''), ''),
    ],
)
def test_a_parameter_has_the_type_that_ros_2_gives_it(run_launch, program, value, expected):
    node = Node(executable=program, name='n', namespace='/', parameters=[{'p': value}])
    launched = run_launch(SetLaunchConfiguration('v', '7'), node)
    assert launched.code == 0, launched.lines
    written = arguments(node)[-1]['/n']['ros__parameters']['p']
    assert written == expected
    assert type(written) is type(expected)


def test_nested_dictionaries_become_names_with_dots(run_launch, program):
    node = Node(
        executable=program, parameters=[{'a': {'b': 1, LaunchConfiguration('k'): {'d': 2}}}]
    )
    run_launch(node, k='c')
    assert arguments(node)[-1] == {'/**': {'ros__parameters': {'a.b': 1, 'a.c.d': 2}}}


@pytest.mark.parametrize(
    ('value', 'message'),
    [
        ([1, 'a'], 'Got inconsistent input for "p"'),
        ([], "Expected 'value' to be one of"),
        (TextSubstitution(text='{a: 1}'), "Allowed value types are .* Got <class 'dict'>"),
        (TextSubstitution(text='a: b: c'), 'Unable to parse the value of parameter p as yaml'),
        (ParameterValue(TextSubstitution(text='x'), value_type=int), 'invalid literal for int'),
        (ParameterValue(TextSubstitution(text='x'), value_type=bool), "Cannot convert value 'x'"),
    ],
)
def test_a_value_that_can_be_no_parameter_is_refused_at_launch(
    run_launch, program, value, message
):
    launched = run_launch(Node(executable=program, parameters=[{'p': value}]))
    assert launched.code == 1
    assert re.search(message, launched.error), launched.error


def test_what_can_never_be_parameters_is_refused_at_once(program):
    with pytest.raises(TypeError, match='Unexpected type for parameter value None'):
        Node(executable=program, parameters=[{'p': None}])
    with pytest.raises(TypeError, match="'Node' expected 'parameters' to be one of"):
        Node(executable=program, parameters={'p': 1})
    with pytest.raises(TypeError, match="value='1' is not an instance of <class 'float'>"):
        ParameterValue('1', value_type=float)
    with pytest.raises(TypeError, match="Got a list of '<class 'int'>', expected"):
        ParameterValue([1, 2], value_type=list[str])
    with pytest.raises(ValueError, match='Unrecognized data type'):
        ParameterValue([1], value_type=dict)
    with pytest.raises(TypeError, match='must be a tuple of length 2'):
        Node(executable=program, remappings=[('a', 'b', 'c')])


def test_a_parameter_file_that_does_not_exist_is_warned_about(run_launch, program):
    node = Node(executable=program, parameters=['/no.yaml', Path('/not.yaml')])
    launched = run_launch(node)
    start = '[WARNING] [launch_ros.actions.node]: Parameter file path is not a file: '
    assert [line for line in launched.lines if 'WARNING' in line] == [
        f'{start}/no.yaml',
        f'{start}/not.yaml',
    ]
    assert arguments(node) == ['--ros-args']
    launched = run_launch(SetParametersFromFile('/no.yaml'), Node(executable=program))
    assert 'there is no parameter file /no.yaml' in launched.error


def test_a_parameter_file_of_launch_cannot_be_read_by_others_and_is_removed(tmp_path):
    import subprocess

    code = (
        'import ros2_embedded; ros2_embedded.install()\n'
        'from launch import LaunchDescription, LaunchService\n'
        'from launch_ros.actions import Node\n'
        "node = Node(executable='true', name='n', parameters=[{'password': 'x'}])\n"
        'service = LaunchService()\n'
        'service.include_launch_description(LaunchDescription([node]))\n'
        'service.run()\n'
        'import os; print(oct(os.stat(node.cmd[-1]).st_mode & 0o777), node.cmd[-1])\n'
    )
    result = subprocess.run(
        [sys.executable, '-c', code],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    mode, path = result.stdout.split()[-2:]
    assert mode == '0o600'
    assert not Path(path).exists()


@pytest.mark.parametrize(
    ('kwargs', 'message'),
    [
        ({'name': 'no name'}, 'Invalid node name'),
        ({'name': '1st'}, 'Invalid node name'),
        ({'namespace': 'a//b'}, 'Invalid namespace'),
        ({'namespace': '/a-b'}, 'Invalid namespace'),
    ],
)
def test_an_invalid_name_is_refused_with_the_reason_of_rclpy(run_launch, program, kwargs, message):
    launched = run_launch(Node(executable=program, **kwargs))
    assert launched.code == 1
    assert message in launched.error
    assert 'Error while expanding or validating node name or namespace' in launched.lines[0]


def test_an_invalid_pushed_namespace_is_refused(run_launch):
    launched = run_launch(PushROSNamespace('a'), PushROSNamespace('b c'))
    assert launched.error == (
        "The resulting namespace is invalid: [previous_namespace='/a', pushed_namespace='b c']"
    )


def test_two_nodes_of_one_name_are_warned_about(run_launch, program):
    twice = [Node(executable=program, name='n', namespace='/') for _ in range(2)]
    launched = run_launch(*twice)
    assert any(
        line.endswith(
            'there are now at least 2 nodes with the name /n created within this launch context'
        )
        for line in launched.lines
    )


def test_a_node_takes_a_condition_and_what_processes_take(run_launch, program, tmp_path):
    never = Node(executable=program, condition=IfCondition('false'))
    node = Node(
        executable=program,
        exec_name='called',
        prefix='env A=1',
        additional_env={'B': '2'},
        respawn=LaunchConfiguration('respawn'),
        output='both',
    )
    launched = run_launch(never, node, respawn='false')
    assert sum('process started' in line for line in launched.lines) == 1
    assert launched.lines[0].startswith('[INFO] [called-')
    assert node.cmd[:2] == ['env', 'A=1']
    assert node.env['B'] == '2'


def test_the_log_folder_of_the_nodes_that_follow_can_be_set(run_launch, log_folder):
    seen = []

    def look(context):
        seen.append(context.environment['ROS_LOG_DIR'])

    run_launch(GroupAction([SetROSLogDir('inner'), OpaqueFunction(function=look)]))
    assert seen == [f'{log_folder}/inner']


def test_substitutions_in_a_parameter_file_are_performed_in_a_copy(run_launch, program, tmp_path):
    path = tmp_path / 'given.yaml'
    path.write_text("/**:\n  ros__parameters:\n    a: $(var x)\n    b: '$(env E none)'\n")
    file = ParameterFile(str(path), allow_substs=LaunchConfiguration('allow'))
    node = Node(executable=program, parameters=[file])
    assert run_launch(node, x='3', allow='true').code == 0
    copy = Path(node.cmd[-1])
    assert copy != path
    values = yaml.safe_load(copy.read_text())['/**']['ros__parameters']
    assert values == {'a': 3, 'b': 'none'}
    file.cleanup()
    assert not copy.exists()
    assert path.exists()


def test_a_parameter_file_that_substitutions_spoil_is_refused(run_launch, program, tmp_path):
    path = tmp_path / 'given.yaml'
    path.write_text('a: $(var x)')
    node = Node(executable=program, parameters=[ParameterFile(path, allow_substs=True)])
    launched = run_launch(node, x='[1')
    assert f'not a valid yaml file: {path}' in launched.error


def test_remaining_names_of_launch_ros_are_where_users_look_for_them():
    from launch_ros.actions.load_composable_nodes import get_composable_node_load_request
    from launch_ros.descriptions.composable_node import ComposableNode
    from launch_ros.events import matches_node_name
    from launch_ros.utilities import to_parameters_list

    assert all(
        callable(each)
        for each in (
            get_composable_node_load_request,
            ComposableNode,
            matches_node_name,
            to_parameters_list,
        )
    )
