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
