"""The service commands list, name and call services as the ros2 command does."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

ADD = ('/robot/add', 'example_interfaces/srv/AddTwoInts')


def test_services_are_listed(ros_robot, settled):
    code, out, _ = settled(ros_robot, '/robot/arm/get_state', 'service', 'list')
    lines = out.splitlines()
    assert code == 0
    assert {'/robot/add', '/robot/base/get_parameters', '/robot/arm/get_state'} <= set(lines)
    assert '/robot/_hidden' not in lines
    arguments = ('service', 'list', '-t', '--include-hidden-services')
    _, out, _ = settled(ros_robot, '/robot/_hidden', *arguments)
    assert {f'{ADD[0]} [{ADD[1]}]', f'/robot/_hidden [{ADD[1]}]'} <= set(out.splitlines())
    counted = f'{len(lines)}\n'
    assert settled(ros_robot, counted, 'service', 'list', '-c')[1] == counted


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


def test_services_are_found_by_type_and_described(ros_robot, settled):
    found = settled(ros_robot, ADD[0], 'service', 'find', ADD[1])
    assert found[:2] == (0, f'{ADD[0]}\n')
    arguments = ('service', 'find', ADD[1], '-c', '--include-hidden-services')
    assert settled(ros_robot, '2\n', *arguments)[1] == '2\n'
    _, out, _ = settled(ros_robot, 'Services count: 1', 'service', 'info', ADD[0])
    assert out == f'Type: {ADD[1]}\nClients count: 0\nServices count: 1\n'
    code, _, err = ros_robot('service', 'info', '/nope')
    assert (code, err) == (1, "Unknown service '/nope'\n")


def test_values_are_read_from_standard_input(robot, robot_domain, environment):
    arguments = [sys.executable, '-m', 'ros2_embedded.cli', 'service', 'call', *ADD]
    changed = {**environment, 'ROS_DOMAIN_ID': str(robot_domain)}
    done = subprocess.run(
        [*arguments, '--stdin'],
        input='{a: 1,\nb: 2}',
        env=changed,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, 'AddTwoInts_Response(sum=3)' in done.stdout) == (0, True)


def test_values_and_standard_input_exclude_each_other(ros_robot):
    code, _, err = ros_robot('service', 'call', *ADD, '{a: 1}', '--stdin')
    assert (code, err) == (1, 'give the values or --stdin, not both\n')


def test_calls_of_a_service_are_printed(ros_robot, robot_domain, environment):
    process = subprocess.Popen(
        [sys.executable, '-m', 'ros2_embedded.cli', 'service', 'echo', ADD[0], '--flow-style'],
        env={**environment, 'ROS_DOMAIN_ID': str(robot_domain)},
        stdout=subprocess.PIPE,
        text=True,
    )
    found: list[str] = []
    ended = threading.Event()

    def listen():
        for line in process.stdout:
            found.append(line)
            if 'RESPONSE_SENT' in line:
                break
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        for _ in range(200):  # until the other process is there to hear it
            assert ros_robot('service', 'call', *ADD, '{a: 20, b: 22}')[0] == 0
            if ended.wait(0.2):
                break
    finally:
        process.kill()
        process.wait()
    text = ''.join(found)
    assert 'event_type: REQUEST_RECEIVED' in text or 'event_type: RESPONSE_SENT' in text
    assert 'response: [{sum: 42}]' in text
