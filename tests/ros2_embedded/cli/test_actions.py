"""The action commands show actions and send goals as the ros2 command does."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest

COUNT = ('/robot/count', 'example_interfaces/action/Fibonacci')


def test_actions_are_listed_and_described(ros_robot, settled):
    assert settled(ros_robot, COUNT[0], 'action', 'list')[:2] == (0, f'{COUNT[0]}\n')
    typed = f'{COUNT[0]} [{COUNT[1]}]\n'
    assert settled(ros_robot, typed, 'action', 'list', '-t')[1] == typed
    assert settled(ros_robot, '1\n', 'action', 'list', '-c')[1] == '1\n'
    _, out, _ = settled(ros_robot, 'servers: 1', 'action', 'info', COUNT[0], '-t')
    assert out == (
        f'Action: {COUNT[0]}\nAction clients: 0\nAction servers: 1\n    /robot/base [{COUNT[1]}]\n'
    )
    _, out, _ = ros_robot('action', 'info', '/nope', '-c')
    assert out == 'Action: /nope\nAction clients: 0\nAction servers: 0\n'


def test_a_goal_is_sent_with_feedback_until_its_result(ros_robot):
    code, out, _ = ros_robot('action', 'send_goal', *COUNT, '{order: 4}', '--feedback')
    assert code == 0
    start = 'Waiting for an action server to become available...\nSending goal:\n     order: 4\n\n'
    assert out.startswith(start)
    assert re.search(r'^Goal accepted with ID: [0-9a-f]{32}$', out, re.MULTILINE)
    assert out.count('Feedback:\n    sequence:\n') == 3
    assert out.endswith(
        'Result:\n    sequence:\n- 0\n- 1\n- 1\n- 2\n- 3\n\nGoal finished with status: SUCCEEDED\n'
    )


def test_a_goal_that_is_rejected_or_aborted_ends_with_code_1(ros_robot):
    code, _, err = ros_robot('action', 'send_goal', *COUNT, '{order: 0}')
    assert (code, err) == (1, 'Goal was rejected.\n')
    code, out, err = ros_robot('action', 'send_goal', *COUNT, '{order: 2}')
    assert (code, err) == (1, f'{COUNT[0]} did not succeed\n')
    assert out.endswith('Goal finished with status: ABORTED\n')


def test_ctrl_c_cancels_the_goal(robot, robot_domain, environment):
    process = subprocess.Popen(
        [
            *(sys.executable, '-m', 'ros2_embedded.cli', 'action', 'send_goal'),
            *(*COUNT, '{order: 2000}', '--feedback'),
        ],
        env={**environment, 'ROS_DOMAIN_ID': str(robot_domain)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if line == 'Feedback:\n':
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    # feedback that was on its way may come in between
    assert 'Canceling goal...\n' in out
    assert out.endswith('Goal canceled.\n')
    assert (process.returncode, err) == (signal.SIGINT, '')


@pytest.mark.parametrize(
    ('arguments', 'reason'),
    [
        (('/x', 'no_such/action/Type'), "The passed action type 'no_such/action/Type' is invalid"),
        ((*COUNT, '{order: high}'), 'Failed to populate field: '),
    ],
)
def test_a_goal_that_cannot_be_sent_is_refused(ros_robot, arguments, reason):
    code, out, err = ros_robot('action', 'send_goal', *arguments)
    assert (code, out) == (1, '')
    assert err.startswith(reason)


def test_the_type_of_an_action_is_printed(ros_robot):
    assert ros_robot('action', 'type', COUNT[0])[:2] == (0, f'{COUNT[1]}\n')
    code, _, err = ros_robot('action', 'type', 'nope', '--spin-time', 0.1)
    assert code == 1
    assert err.startswith("Unknown action '/nope'; ")
