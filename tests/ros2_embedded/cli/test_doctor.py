"""The doctor finds what keeps nodes from talking."""

from __future__ import annotations

import pytest
from rclpy.qos import DurabilityPolicy, LivelinessPolicy, QoSProfile, ReliabilityPolicy
from rclpy.topic_endpoint_info import TopicEndpointInfo
from rclpy.type_hash import TypeHash

from ros2_embedded.cli.doctor_checks import check_environment, check_graph, check_network
from ros2_embedded.cli.graph_survey import Survey, TopicSurvey
from ros2_embedded.cli.network_interfaces import Interface, interfaces

LOOPBACK = Interface('lo', '127.0.0.1', frozenset(('UP', 'LOOPBACK')), 65536)
CABLE = Interface('eth0', '192.0.2.7', frozenset(('UP', 'MULTICAST')), 1500)


def endpoint(name, kind='std_msgs/msg/String', hash_byte=1, **qos):
    return TopicEndpointInfo(
        node_name=name,
        node_namespace='/',
        topic_type=kind,
        topic_type_hash=TypeHash(1, bytes([hash_byte] * 32)),
        endpoint_gid=[hash_byte] * 16,
        qos_profile=QoSProfile(depth=1, liveliness=LivelinessPolicy.AUTOMATIC, **qos),
    )


def graph_of(*topics, nodes=('/a', '/b'), participants=2):
    return Survey(list(nodes), list(topics), participants)


def topic(publishers=(), subscriptions=(), types=('std_msgs/msg/String',), name='/t'):
    return TopicSurvey(name, list(types), list(publishers), list(subscriptions))


def texts(findings):
    return [str(each) for each in findings]


def test_a_sound_graph_has_no_findings():
    sound = topic([endpoint('a')], [endpoint('b')])
    assert texts(check_graph(graph_of(sound), 'LOCALHOST')) == []


def test_qos_that_does_not_match_is_told_with_topic_nodes_and_reason():
    found = topic(
        [endpoint('a', reliability=ReliabilityPolicy.BEST_EFFORT)],
        [endpoint('b'), endpoint('c', durability=DurabilityPolicy.TRANSIENT_LOCAL)],
    )
    lines = texts(check_graph(graph_of(found), 'LOCALHOST'))
    assert lines[0] == (
        "ERROR: QoS compatibility error found on topic '/t' from /a to /b: "
        'ERROR: Best effort publisher and reliable subscription;'
    )
    assert 'from /a to /c' in lines[1]
    assert 'Volatile publisher and transient local subscription' in lines[1]


def test_topics_of_two_types_and_types_of_two_definitions_are_errors():
    two = topic([endpoint('a')], [endpoint('b')], types=('x/msg/A', 'x/msg/B'))
    assert texts(check_graph(graph_of(two), '')) == [
        'ERROR: Topic /t has more than one type: x/msg/A, x/msg/B.'
    ]
    differing = topic([endpoint('a')], [endpoint('b', hash_byte=2), endpoint('c', hash_byte=0)])
    assert texts(check_graph(graph_of(differing), '')) == [
        'ERROR: Topic /t: the definitions of std_msgs/msg/String differ among /a, /b.'
    ]


def test_a_topic_of_one_side_is_a_warning_unless_it_is_everywhere_or_hidden():
    alone = [
        topic([endpoint('a')]),
        topic([], [endpoint('b')], name='/u'),
        topic([endpoint('a')], name='/rosout'),
        topic([endpoint('a')], name='/x/_action/status'),
    ]
    assert texts(check_graph(graph_of(*alone), '')) == [
        'WARNING: Publisher without subscriber detected on /t (/a).',
        'WARNING: Subscriber without publisher detected on /u (/b).',
    ]


def test_empty_and_crowded_domains_and_shared_names_are_warnings():
    (line,) = texts(check_graph(graph_of(nodes=()), 'LOCALHOST'))
    assert 'set ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET' in line
    assert texts(check_graph(graph_of(nodes=()), 'SUBNET')) == [
        'WARNING: No nodes are found in this domain.'
    ]
    lines = texts(check_graph(graph_of(nodes=('/a', '/a'), participants=33), 'LOCALHOST'))
    assert lines[0] == 'WARNING: 2 nodes share the name /a.'
    assert '33 processes are in this domain' in lines[1]


def test_settings_that_cannot_be_are_errors_and_another_middleware_a_warning(monkeypatch):
    monkeypatch.setenv('ROS_DOMAIN_ID', '300')
    environment = {'ROS_AUTOMATIC_DISCOVERY_RANGE': 'FAR', 'RMW_IMPLEMENTATION': 'rmw_other'}
    lines = texts(check_environment(environment))
    assert [line.split(':')[0] for line in lines] == ['ERROR', 'ERROR', 'WARNING']
    assert "ROS_DOMAIN_ID is '300'; it must be from 0 to 232" in lines[0]
    assert "is 'FAR'; known are LOCALHOST" in lines[1]
    assert 'no services, actions or parameters' in lines[2]


def test_a_network_is_wanted_only_where_nodes_are_looked_for_on_it():
    assert texts(check_network([LOOPBACK], 'LOCALHOST')) == []
    (line,) = texts(check_network([LOOPBACK], 'SUBNET'))
    assert 'no interface other than loopback is up' in line
    (line,) = texts(check_network([CABLE], 'LOCALHOST'))
    assert line.startswith('ERROR: No loopback interface is up')
    dumb = Interface('eth0', '192.0.2.7', frozenset(('UP',)), 1500)
    (line,) = texts(check_network([LOOPBACK, dumb], 'SUBNET'))
    assert 'name the other machines in ROS_STATIC_PEERS' in line


def test_the_interfaces_of_this_machine_include_loopback():
    (loopback,) = [each for each in interfaces() if each.name == 'lo']
    assert (loopback.address, loopback.is_up, 'LOOPBACK' in loopback.flags) == (
        '127.0.0.1',
        True,
        True,
    )


def test_a_mismatch_between_nodes_that_run_fails_a_check(ros_robot):
    wanted = (
        "QoS compatibility error found on topic '/robot/unheard' from /robot/base to /robot/arm"
    )
    for _ in range(5):  # until both ends are known
        code, out, _ = ros_robot('doctor', '--report-failed', '--exclude-packages')
        if wanted in out:
            break
    assert wanted in out
    assert code == 1
    assert '1/6 check(s) failed\n\nFailed modules: middleware\n' in out
    assert '   QOS COMPATIBILITY LIST\n' in out
    assert 'NETWORK CONFIGURATION' not in out


def test_a_report_tells_settings_versions_network_nodes_and_topics(ros_robot, robot_domain):
    for _ in range(5):
        code, out, _ = ros_robot('doctor', '--report')
        if '/robot/unheard' in out:
            break
    assert code == 0
    for part in (
        'NETWORK CONFIGURATION',
        'PACKAGE VERSIONS',
        'PLATFORM INFORMATION',
        'served by ros2_embedded',
        f'ROS_DOMAIN_ID   : {robot_domain}',
        'node      : /robot/base',
        '/robot/unheard [std_msgs/msg/String]',
    ):
        assert part in out


def test_wrong_settings_are_told_in_place_of_a_traceback(run_command, monkeypatch):
    monkeypatch.setenv('ROS_DOMAIN_ID', 'home')
    code, out, _ = run_command('doctor')
    assert code == 1
    assert "ERROR: ROS_DOMAIN_ID is 'home'" in out
    assert 'Failed modules: environment' in out


@pytest.mark.parametrize('option', ['--include-warnings', '-iw'])
def test_warnings_fail_a_check_where_they_are_to(run_command, domain_id, option):
    arguments = ('doctor', '--spin-time', 0.1)
    assert run_command(*arguments)[0] == 0
    code, out, _ = run_command(*arguments, option)
    assert (code, 'check(s) failed' in out) == (1, True)
