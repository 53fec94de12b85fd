"""The parameter commands show and set parameters as the ros2 command does."""

from __future__ import annotations

import pytest
import yaml

BASE = '/robot/base'


def test_parameters_are_listed_of_one_node_and_of_all(ros_robot, settled):
    code, out, _ = ros_robot('param', 'list', BASE)
    assert code == 0
    own = ('kind', 'speed', 'start_type_description_service', 'use_sim_time', 'wheels.names')
    assert out == ''.join(f'  {name}\n' for name in own)
    _, out, _ = ros_robot('param', 'list', BASE, '--param-type', '--filter', 'speed|wheels')
    assert out == '  speed (type: double)\n  wheels.names (type: string array)\n'
    _, out, _ = settled(ros_robot, '/robot/base:', 'param', 'list')
    assert out.startswith('/robot/arm:\n  start_type_description_service\n')
    assert '/robot/base:\n  kind\n' in out
    _, out, _ = ros_robot('param', 'list', BASE, '--param-prefixes', 'wheels')
    assert out == '  wheels.names\n'


def test_a_value_is_printed_with_its_type_or_alone(ros_robot):
    assert ros_robot('param', 'get', BASE, 'kind')[:2] == (0, 'String value is: diff\n')
    _, out, _ = ros_robot('param', 'get', 'robot/base', 'wheels.names')
    assert out == "String values are: ['left', 'right']\n"
    assert ros_robot('param', 'get', BASE, 'use_sim_time')[1] == 'Boolean value is: False\n'
    assert ros_robot('param', 'get', BASE, 'kind', '--hide-type')[1] == 'diff\n'


def test_a_value_is_set_or_refused_with_the_reason_of_the_node(ros_robot):
    assert ros_robot('param', 'set', BASE, 'speed', '1.5')[:2] == (0, 'Set parameter successful\n')
    assert ros_robot('param', 'get', BASE, 'speed')[1] == 'Double value is: 1.5\n'
    assert ros_robot('param', 'set', BASE, 'speed', '-1.0')[0] == 0
    assert ros_robot('param', 'get', BASE, 'speed')[1] == 'Double value is: -1.0\n'
    code, out, err = ros_robot('param', 'set', BASE, 'speed', '99.0')
    assert (code, out) == (1, '')
    assert err.startswith('Setting parameter failed: ')
    code, _, err = ros_robot('param', 'set', BASE, 'kind', 'omni')
    assert (code, 'read-only' in err) == (1, True)


def test_parameters_are_described(ros_robot):
    _, out, _ = ros_robot('param', 'describe', BASE, 'speed', 'kind')
    assert out == (
        'Parameter name: speed\n'
        '  Type: double\n'
        '  Description: How fast [m/s].\n'
        '  Constraints:\n'
        '    Min value: -1.0\n'
        '    Max value: 2.0\n'
        '    Step: 0.5\n'
        'Parameter name: kind\n'
        '  Type: string\n'
        '  Constraints:\n'
        '    Read only: true\n'
    )


def test_what_is_dumped_can_be_loaded(ros_robot, tmp_path):
    ros_robot('param', 'set', BASE, 'speed', '0.5')
    code, out, _ = ros_robot('param', 'dump', BASE)
    assert code == 0
    dumped = yaml.safe_load(out)
    parameters = dumped[BASE]['ros__parameters']
    assert parameters['wheels'] == {'names': ['left', 'right']}
    assert parameters['speed'] == 0.5
    parameters = {'speed': 2.0, 'wheels': {'names': ['a', 'b']}}
    file = tmp_path / 'base.yaml'
    file.write_text(yaml.safe_dump({BASE: {'ros__parameters': parameters}}))
    code, out, _ = ros_robot('param', 'load', BASE, file)
    assert (code, out) == (
        0,
        'Set parameter speed successful\nSet parameter wheels.names successful\n',
    )
    assert ros_robot('param', 'get', BASE, 'speed')[1] == 'Double value is: 2.0\n'
    file.write_text(yaml.safe_dump({BASE: {'ros__parameters': {'speed': 9.0}}}))
    code, _, err = ros_robot('param', 'load', BASE, file)
    assert code == 1
    assert err.startswith('Set parameter speed failed: ')
    assert err.endswith('1 of 1 parameters were refused\n')


@pytest.mark.parametrize('content', [None, 'a: [', 'other: 1'])
def test_a_file_that_cannot_be_loaded_is_refused(ros_robot, tmp_path, content):
    file = tmp_path / 'base.yaml'
    if content is not None:
        file.write_text(content)
    code, _, err = ros_robot('param', 'load', BASE, file)
    assert code == 1
    assert err.startswith(f'{file} cannot be loaded: ')


@pytest.mark.parametrize('verb', ['list', 'get', 'set', 'describe', 'dump', 'load'])
def test_a_node_that_is_not_there_is_refused_with_those_that_are(ros_robot, verb):
    more = {'get': ['x'], 'set': ['x', '1'], 'describe': ['x'], 'load': ['x.yaml']}
    code, _, err = ros_robot('param', verb, '/nope', *more.get(verb, ()), '--spin-time', 0.2)
    assert (code, err) == (1, 'Node not found: /nope; nodes there: /robot/arm, /robot/base\n')


def test_a_pattern_that_is_none_is_refused(ros_robot):
    code, _, err = ros_robot('param', 'list', BASE, '--filter', '(')
    assert code == 1
    assert err.startswith("--filter '(' is no regular expression: ")


def test_a_parameter_is_deleted_or_not_as_the_node_wants(ros_robot):
    hidden = ('/robot/_spare', 'gain')
    assert ros_robot('param', 'set', *hidden, '3', '--include-hidden-nodes')[0] == 0
    assert ros_robot('param', 'delete', *hidden)[:2] == (0, 'Deleted parameter successfully\n')
    assert ros_robot('param', 'get', *hidden)[1] == 'Parameter not set.\n'
    code, _, err = ros_robot('param', 'delete', BASE, 'kind', '--timeout', 5)
    assert code == 1
    assert err.startswith('Deleting parameter failed')


def test_parameters_are_written_to_a_file_that_is_named_like_the_node(ros_robot, tmp_path):
    code, out, _ = ros_robot('param', 'dump', BASE, '--output-dir', tmp_path)
    path = tmp_path / 'robot__base.yaml'
    assert (code, out) == (0, f'Saving to:  {path}\n')
    content = yaml.safe_load(path.read_text())
    assert content[BASE]['ros__parameters']['kind'] == 'diff'
    assert 'names' in content[BASE]['ros__parameters']['wheels']
    code, _, err = ros_robot('param', 'dump', BASE, '--output-dir', tmp_path / 'no')
    assert (code, 'cannot be written' in err) == (1, True)
