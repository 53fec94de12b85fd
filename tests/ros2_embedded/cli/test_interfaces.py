"""The interface commands list types and show their definitions as the ros2 command does."""

from __future__ import annotations

import pytest

from ros2_embedded.idl import library
from ros2_embedded.idl.definition_text import definition_text
from ros2_embedded.idl.parse import parse_message


def test_types_are_listed_by_kind(run_command):
    code, out, _ = run_command('interface', 'list')
    assert code == 0
    messages, _, rest = out.partition('Services:\n')
    services, _, actions = rest.partition('Actions:\n')
    assert messages.startswith('Messages:\n')
    assert '    sensor_msgs/msg/LaserScan\n' in messages
    assert '    std_srvs/srv/Trigger\n' in services
    assert '    example_interfaces/action/Fibonacci\n' in actions
    assert run_command('interface', 'list', '-s')[1] == f'Services:\n{services}'


def test_a_definition_is_shown_with_those_of_the_types_in_it(run_command):
    code, out, _ = run_command('interface', 'show', 'geometry_msgs/msg/PointStamped')
    assert code == 0
    bare = [line.partition('#')[0].rstrip() for line in out.splitlines()]
    assert [line for line in bare if line] == [
        'std_msgs/Header header',
        '\tbuiltin_interfaces/Time stamp',
        '\t\tint32 sec',
        '\t\tuint32 nanosec',
        '\tstring frame_id',
        'Point point',
        '\tfloat64 x',
        '\tfloat64 y',
        '\tfloat64 z',
    ] or 'geometry_msgs/Point point' in bare
    _, out, _ = run_command('interface', 'show', 'std_srvs/srv/SetBool', '--no-comments')
    assert out == 'bool data\n---\nbool success\nstring message\n'


def test_packages_and_their_types_are_listed(run_command):
    code, out, _ = run_command('interface', 'packages', '-a')
    assert code == 0
    assert 'example_interfaces\n' in out
    assert 'std_msgs\n' not in out
    assert 'std_msgs\n' in run_command('interface', 'packages')[1]
    _, out, _ = run_command('interface', 'package', 'std_srvs')
    assert 'std_srvs/srv/Trigger\n' in out
    assert run_command('interface', 'package', 'std_srvs', '-m')[1] == ''
    code, _, err = run_command('interface', 'package', 'nope')
    assert code == 1
    assert err.startswith("Unknown package 'nope'; known are: ")


def test_a_message_to_be_changed_is_printed(run_command):
    _, out, _ = run_command('interface', 'proto', 'geometry_msgs/msg/Point')
    assert out == '"x: 0.0\ny: 0.0\nz: 0.0\n"\n'
    _, out, _ = run_command('interface', 'proto', 'std_srvs/srv/SetBool', '--no-quotes')
    assert out == 'data: false\n\n'
    _, out, _ = run_command('interface', 'proto', 'example_interfaces/action/Fibonacci')
    assert out == '"order: 0\n"\n'
    code, _, err = run_command('interface', 'proto', 'std_msgs/msg/Nope')
    assert (code, "The type 'std_msgs/msg/Nope' is invalid" in err) == (1, True)


def test_the_name_of_a_type_may_come_by_a_pipe(monkeypatch):
    from typer.testing import CliRunner

    from ros2_embedded.cli import app

    result = CliRunner().invoke(
        app, ['interface', 'show', '-', '--no-comments'], input='std_srvs/srv/SetBool\n'
    )
    assert result.stdout == 'bool data\n---\nbool success\nstring message\n'


@pytest.mark.parametrize('name', ['std_msgs/msg/Nope', 'nope_msgs/msg/String', 'String'])
def test_an_unknown_type_is_refused(run_command, name):
    code, out, err = run_command('interface', 'show', name)
    assert (code, out) == (1, '')
    assert name in err


def test_the_text_of_every_message_reads_back_as_the_same_definition():
    names = [
        f'{package}/msg/{each}'
        for package in library.packages()
        for each in library.names(package, 'msg')
    ]
    assert len(names) > 150
    for name in names:
        found = parse_message(name, definition_text(name))
        assert found == library.message(name), name
