"""The topic commands show a real graph as the ros2 command does."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest
import yaml
from rclpy.qos import ReliabilityPolicy, qos_profile_sensor_data

from ros2_embedded.cli.app import COMMANDS

TOPICS = """\
/demo/chatter
/demo/heard
/demo/latched
/demo/odom
/demo/scan
/parameter_events
/rosout
"""


def test_topics_are_listed_without_hidden_ones(ros, settled):
    assert settled(ros, TOPICS, 'topic', 'list')[:2] == (0, TOPICS)


def test_topics_are_listed_with_types_counts_and_hidden_ones(ros, settled):
    _, out, _ = settled(ros, '/demo/_hidden', 'topic', 'list', '-t', '--include-hidden-topics')
    lines = out.splitlines()
    assert '/demo/chatter [std_msgs/msg/String]' in lines
    assert '/demo/_hidden [std_msgs/msg/String]' in lines
    assert settled(ros, '7\n', 'topic', 'list', '-c')[1] == '7\n'
    _, out, _ = settled(ros, '/demo/heard [', 'topic', 'list', '-v')
    published, _, subscribed = out.partition('\nSubscribed topics:\n')
    assert published.startswith('Published topics:\n')
    assert ' * /demo/chatter [std_msgs/msg/String] 1 publisher\n' in published
    assert ' * /demo/heard [std_msgs/msg/String] 1 subscriber\n' in subscribed


def test_a_topic_is_described_in_short_and_in_full(ros, settled):
    code, out, _ = settled(ros, 'Publisher count: 1', 'topic', 'info', '/demo/chatter')
    assert code == 0
    assert out == 'Type: std_msgs/msg/String\nPublisher count: 1\nSubscription count: 0\n'
    _, out, _ = settled(ros, 'Node name: talker', 'topic', 'info', '-v', '/demo/scan')
    assert re.fullmatch(
        r"""Type: sensor_msgs/msg/LaserScan

Publisher count: 1

Node name: talker
Node namespace: /demo
Topic type: sensor_msgs/msg/LaserScan
Topic type hash: RIHS01_[0-9a-f]{64}
Endpoint type: PUBLISHER
GID: ([0-9a-f]{2}\.){15}[0-9a-f]{2}
QoS profile:
  Reliability: BEST_EFFORT
  History \(Depth\): \S+( \(\d+\))?
  Durability: VOLATILE
  Lifespan: Infinite
  Deadline: Infinite
  Liveliness: AUTOMATIC
  Liveliness lease duration: Infinite

Subscription count: 0

""",
        out,
    )


def test_an_unknown_topic_is_refused(ros):
    code, _, err = ros('topic', 'info', '/nope')
    assert (code, err) == (1, "Unknown topic '/nope'\n")
    code, out, err = ros('topic', 'echo', '/nope', '--spin-time', 0.1)
    assert code == 1
    assert out == 'WARNING: topic [/nope] does not appear to be published yet\n'
    assert err == 'Could not determine the type for the passed topic\n'
    code, _, err = ros('topic', 'echo', 'a b')
    assert code == 1
    assert 'topic name' in err


def test_one_message_is_printed_as_yaml(ros):
    code, out, _ = ros('topic', 'echo', '/demo/chatter', '--once')
    assert (code, out) == (0, 'data: hello\n---\n')


def test_a_latched_message_is_printed_to_who_comes_late(ros):
    assert ros('topic', 'echo', '/demo/latched', '--once')[1] == 'data: kept\n---\n'


def test_arrays_are_shortened_or_left_out_or_printed_in_full(ros):
    _, out, _ = ros('topic', 'echo', '/demo/scan', '--once', '--no-arr')
    message = yaml.safe_load(out.removesuffix('---\n'))
    assert message['ranges'] == '<sequence type: float, length: 200>'
    _, out, _ = ros('topic', 'echo', '/demo/scan', '--once')
    assert yaml.safe_load(out.removesuffix('---\n'))['ranges'][-1] == '...'
    assert out.count('- 1.0\n') == 128
    _, out, _ = ros('topic', 'echo', '/demo/scan', '--once', '-f')
    assert out.count('- 1.0\n') == 200


def test_a_field_of_a_message_is_printed(ros):
    _, out, _ = ros('topic', 'echo', '/demo/odom', '--once', '--field', 'pose.pose.position')
    assert yaml.safe_load(out.removesuffix('---\n')) == {'x': 1.5, 'y': 0.0, 'z': 0.0}
    _, out, _ = ros('topic', 'echo', '/demo/odom', '--once', '--field', 'pose.pose.position.x')
    assert out == '1.5\n---\n'
    _, out, _ = ros('topic', 'echo', '/demo/scan', '--once', '--field', 'ranges[1]')
    assert out == '1.0\n---\n'


def test_a_field_that_is_not_there_is_refused(ros):
    code, _, err = ros('topic', 'echo', '/demo/odom', '--once', '--field', 'pose.colour')
    assert code == 1
    assert err.startswith("Invalid field 'pose.colour': ")
    code, _, err = ros('topic', 'echo', '/demo/odom', '--field', 'pose..x')
    assert (code, err) == (1, "Invalid field value 'pose..x'\n")


def test_the_qos_is_chosen_by_the_user_or_refused_with_the_known_names(ros):
    arguments = ('topic', 'echo', '/demo/chatter', '--once')
    _, out, _ = ros(*arguments, '--qos-reliability', 'reliable', '--qos-depth', 3)
    assert out == 'data: hello\n---\n'
    # the presets of the process stay as they are
    assert qos_profile_sensor_data.reliability == ReliabilityPolicy.BEST_EFFORT
    assert qos_profile_sensor_data.depth == 5
    _, out, _ = ros(*arguments, '--qos-profile', 'services_default')
    assert out == 'data: hello\n---\n'
    code, _, err = ros(*arguments, '--qos-durability', 'for_ever')
    assert code == 1
    assert err.startswith("--qos-durability 'for_ever' is unknown; known are: ")
    assert 'transient_local' in err


def test_waiting_for_a_message_ends_after_the_time_out(ros):
    code, out, _ = ros('topic', 'echo', '/demo/heard', '--timeout', 0.3)
    assert (code, out) == (0, '')


def test_a_type_may_be_given_and_an_unknown_one_is_refused(ros):
    _, out, _ = ros('topic', 'echo', '/demo/chatter', 'std_msgs/msg/String', '--once', '--csv')
    assert out == 'hello\n'
    code, _, err = ros('topic', 'echo', '/demo/chatter', 'no_msgs/msg/Such')
    assert code == 1
    assert "The message type 'no_msgs/msg/Such' is invalid" in err


def test_the_type_of_a_topic_and_the_topics_of_a_type_are_found(ros, settled):
    assert ros('topic', 'type', '/demo/scan')[:2] == (0, 'sensor_msgs/msg/LaserScan\n')
    code, _, err = ros('topic', 'type', '/nope', '--spin-time', 0.1)
    assert code == 1
    assert err.startswith("Unknown topic '/nope'; ")
    found = settled(ros, '/demo/odom', 'topic', 'find', 'nav_msgs/msg/Odometry')
    assert found[:2] == (0, '/demo/odom\n')
    arguments = ('topic', 'find', 'std_msgs/msg/String', '-c', '--include-hidden-topics')
    assert settled(ros, '4\n', *arguments)[1] == '4\n'


def test_messages_are_chosen_by_an_expression_that_is_not_run(ros):
    arguments = ('topic', 'echo', '/demo/odom', '--once', '--field', 'pose.pose.position')
    assert ros(*arguments, '--filter', 'abs(m.x - 1.5) < 0.1 and m.y == 0')[1].startswith('x: 1.5')
    code, out, _ = ros(*arguments, '--filter', 'm.x > 2', '--timeout', 0.3)
    assert (code, out) == (0, '')
    code, _, err = ros(*arguments, '--filter', 'm.__class__')
    assert code == 1
    assert "'.__class__' is not served" in err
    code, _, err = ros(*arguments, '--filter', 'm.x >')
    assert (code, "--filter 'm.x >': " in err) == (1, True)


def test_what_is_known_of_a_message_is_printed_before_it(ros):
    _, out, _ = ros('topic', 'echo', '/demo/chatter', '--once', '-i', '--no-lost-messages')
    info, message, _ = out.split('---\n')
    assert yaml.safe_load(info)['source_timestamp'] > 1_700_000_000_000_000_000
    assert message == 'data: hello\n'
    _, out, _ = ros('topic', 'echo', '/demo/chatter', '--once', '-i', '--csv')
    assert re.fullmatch(r'\d+,\d+,\w+,\w+,hello\n', out)
    _, out, _ = ros('topic', 'echo', '/demo/chatter', '--once', '-i', '--raw')
    assert out.startswith('---Got new message, message info:---\n{')


def test_the_liveliness_is_asked_for_and_then_offered_or_not(ros):
    arguments = ('topic', 'echo', '/demo/chatter', '--once', '--timeout', 5)
    assert ros(*arguments, '--qos-liveliness', 'automatic')[1] == 'data: hello\n---\n'
    lease = ('--qos-liveliness-lease-duration-seconds', 3, '--timeout', 0.3)
    assert 'data' not in ros(*arguments, *lease)[1]


def test_options_of_the_ros2_command_that_do_nothing_here_are_taken(ros, settled):
    assert settled(ros, '7\n', 'topic', 'list', '-c', '--no-daemon')[:2] == (0, '7\n')
    assert ros('service', 'list', '-c', '--no-daemon', '--use-sim-time')[0] == 0
    assert ros('lifecycle', 'nodes', '--include-hidden-nodes')[:2] == (0, '')
    # it means something else there
    assert ros('interface', 'list', '-s')[1].startswith('Services:')
    assert ros('topic', 'list', '--include-hidden-nodes')[0] == 2


@pytest.mark.parametrize('verb', ['echo', 'hz'])
def test_ctrl_c_ends_a_command_without_a_traceback(talker, environment, verb):
    process = subprocess.Popen(
        [sys.executable, '-m', 'ros2_embedded.cli', 'topic', verb, '/demo/chatter'],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    first = process.stdout.readline()
    second = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode in (signal.SIGINT, signal.SIGTERM)
    assert errors == ''
    if verb == 'echo':
        assert (first, second) == ('data: hello\n', '---\n')
    else:
        rate = float(re.fullmatch(r'average rate: (\d+\.\d{3})\n', first)[1])
        assert 0.0 < rate < 30.0  # 20 Hz on an idle machine
        times = r'\tmin: \d\.\d{3}s max: \d\.\d{3}s std dev: \d\.\d{5}s window: \d+\n'
        assert re.fullmatch(times, second)


@pytest.mark.parametrize(
    'arguments',
    [
        (),
        *((group, verb) for (group, _), verbs in COMMANDS.items() for verb in verbs),
        ('doctor',),
        ('launch',),
        ('run',),
    ],
)
def test_every_command_has_help_with_an_example(ros, arguments):
    code, out, _ = ros(*arguments, '--help')
    assert code == 0
    assert f'Example: ros {" ".join(arguments)}' in out or not arguments
