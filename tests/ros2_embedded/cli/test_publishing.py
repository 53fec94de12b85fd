"""`ros topic pub` publishes to a real graph as the ros2 command does."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest

STRING = ('/robot/there', 'std_msgs/msg/String')


def test_a_message_is_published_once_and_is_heard(ros_robot, robot_domain, environment):
    listener = subprocess.Popen(
        [
            *(sys.executable, '-m', 'ros2_embedded.cli', 'topic', 'echo', '/robot/back'),
            *('std_msgs/msg/String', '--once', '--timeout', '60'),
        ],
        env={**environment, 'ROS_DOMAIN_ID': str(robot_domain)},
        stdout=subprocess.PIPE,
        text=True,
    )
    while listener.poll() is None:  # until the other process is there to hear it
        code, out, _ = ros_robot(
            'topic', 'pub', *STRING, '{data: hello}', '-r', 20, '-t', 20, '-p', 20
        )
        assert code == 0
        assert out.splitlines()[-3:] == [
            'publisher: beginning loop',
            "publishing #20: std_msgs.msg.String(data='hello')",
            '',
        ]
    heard, _ = listener.communicate(timeout=30)
    assert heard == 'data: hello\n---\n'


def test_one_message_waits_for_a_subscription(ros_robot):
    code, out, _ = ros_robot('topic', 'pub', '--once', *STRING, '{data: hi}')
    assert code == 0
    assert out.replace('Waiting for at least 1 matching subscription(s)...\n', '') == (
        "publisher: beginning loop\npublishing #1: std_msgs.msg.String(data='hi')\n\n"
    )


@pytest.mark.parametrize(
    ('arguments', 'reason'),
    [
        (('/x', 'no_such/msg/Type'), "The message type 'no_such/msg/Type' is invalid"),
        ((*STRING, '{data: 3, more: 4}'), 'Failed to populate field: '),
        ((*STRING, '--rate', 0), 'rate must be greater than zero'),
        ((*STRING, '--once', '--times', 3), '--once and --times exclude each other'),
        ((*STRING, '--qos-profile', 'loud'), "--qos-profile 'loud' is unknown; known are: "),
        (('a b', STRING[1]), 'topic name'),
        ((*STRING, '--max-wait-time-secs', 1), '--max-wait-time-secs option is only effective'),
        ((*STRING, '-w', 9, '--max-wait-time-secs', 0.1), 'Expected 9 subcribers but only got'),
        ((*STRING, '--node-name', 'a b', '--once'), 'node name'),
        ((*STRING, '{data: x}', '--stdin'), 'give the values or --stdin, not both'),
    ],
)
def test_what_cannot_be_published_is_refused(ros_robot, arguments, reason):
    code, _, err = ros_robot('topic', 'pub', *arguments)
    assert code == 1
    assert reason in err


@pytest.mark.parametrize(
    ('arguments', 'pattern'),
    [
        (('bw', '/robot/point'), r'\d+(\.\d\d)? K?B/s from \d+ messages\n'),
        (('delay', '/robot/point'), r'average delay: \d\.\d{3}\n'),
    ],
)
def test_what_a_topic_carries_is_measured(robot, robot_domain, environment, arguments, pattern):
    process = subprocess.Popen(
        [sys.executable, '-m', 'ros2_embedded.cli', 'topic', *arguments],
        env={**environment, 'ROS_DOMAIN_ID': str(robot_domain)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = iter(process.stdout.readline, '')
    found = next(line for line in lines if not line.startswith('Subscribed to'))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert re.fullmatch(pattern, found)
    assert process.returncode in (signal.SIGINT, signal.SIGTERM)
    assert errors == ''


def test_delays_need_a_stamp(ros_robot):
    code, _, err = ros_robot('topic', 'delay', '/robot/back')
    assert (code, err) == (
        1,
        'msg does not have header: /robot/back has no stamps to look at\n',
    )


def test_a_header_that_is_auto_and_a_time_that_is_now_get_the_time(ros_robot):
    _, out, _ = ros_robot(
        *('topic', 'pub', '-t', 1, '-w', 0, '-n', 'stamper', '/stamped'),
        *('geometry_msgs/msg/PointStamped', '{header: auto}'),
    )
    assert int(re.search(r'sec=(\d+)', out)[1]) > 1_700_000_000
    _, out, _ = ros_robot(
        *('topic', 'pub', '-t', 1, '-w', 0, '/time'),
        *('builtin_interfaces/msg/Time', '{sec: 3}'),
    )
    assert 'sec=3' in out
