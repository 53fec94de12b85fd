"""The service commands list, name and call services as the ros2 command does."""

from __future__ import annotations

import pytest

ADD = ('/robot/add', 'example_interfaces/srv/AddTwoInts')


def test_services_are_listed(ros_robot):
    code, out, _ = ros_robot('service', 'list')
    lines = out.splitlines()
    assert code == 0
    assert {'/robot/add', '/robot/base/get_parameters', '/robot/arm/get_state'} <= set(lines)
    assert '/robot/_hidden' not in lines
    _, out, _ = ros_robot('service', 'list', '-t', '--include-hidden-services')
    assert {f'{ADD[0]} [{ADD[1]}]', f'/robot/_hidden [{ADD[1]}]'} <= set(out.splitlines())
    assert ros_robot('service', 'list', '-c')[1] == f'{len(lines)}\n'


def test_the_type_of_a_service_is_printed(ros_robot):
    assert ros_robot('service', 'type', ADD[0])[:2] == (0, f'{ADD[1]}\n')
    code, _, err = ros_robot('service', 'type', '/nope', '--spin-time', 0.2)
    assert code == 1
    assert err.startswith("Unknown service '/nope'; ")


def test_a_service_is_called(ros_robot):
    code, out, _ = ros_robot('service', 'call', *ADD, '{a: 20, b: 22}')
    assert code == 0
    assert out.removeprefix('waiting for service to become available...\n') == (
        'requester: making request: example_interfaces.srv.AddTwoInts_Request(a=20, b=22)\n'
        '\n'
        'response:\n'
        'example_interfaces.srv.AddTwoInts_Response(sum=42)\n'
        '\n'
    )


@pytest.mark.parametrize(
    ('arguments', 'reason'),
    [
        (('/robot/add', 'no_such/srv/Type'), "The passed service type 'no_such/srv/Type' is inv"),
        ((*ADD, '{a: one}'), 'Failed to populate field: '),
        ((*ADD, '{c: 1}'), 'Failed to populate field: '),
        ((*ADD, '{a: '), 'The values are no YAML: '),
        ((*ADD, '3'), "Failed to populate field: Value '3' is expected to be a dictionary"),
        ((*ADD, '{}', '--rate', 0), 'rate must be greater than zero'),
    ],
)
def test_a_call_that_cannot_be_made_is_refused(ros_robot, arguments, reason):
    code, out, err = ros_robot('service', 'call', *arguments)
    assert (code, out) == (1, '')
    assert err.startswith(reason)
