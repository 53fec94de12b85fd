"""The node commands show a real graph as the ros2 command does."""

from __future__ import annotations

import re
import threading

import rclpy


def test_nodes_are_listed_without_hidden_ones(ros, settled):
    expected = '/demo/listener\n/demo/talker\n'
    assert settled(ros, expected, 'node', 'list')[:2] == (0, expected)
    assert settled(ros, '2\n', 'node', 'list', '-c')[1] == '2\n'
    _, out, _ = ros('node', 'list', '-a')
    assert any(line.startswith('/_ros2cli_') for line in out.splitlines())


def test_a_node_is_described_by_its_topics_services_and_actions(ros, settled):
    code, out, _ = settled(ros, '/demo/trigger: std_srvs', 'node', 'info', '/demo/talker')
    assert code == 0
    assert out.startswith('/demo/talker\n  Subscribers:\n')
    parts = re.split(r'^  (\w[\w ]*):\n', out, flags=re.MULTILINE)[1:]
    sections = {
        title: [line.strip() for line in text.splitlines() if line]
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }
    assert sections['Subscribers'] == ['/demo/heard: std_msgs/msg/String']
    assert sections['Publishers'] == [
        '/demo/chatter: std_msgs/msg/String',
        '/demo/latched: std_msgs/msg/String',
        '/demo/odom: nav_msgs/msg/Odometry',
        '/demo/scan: sensor_msgs/msg/LaserScan',
        '/parameter_events: rcl_interfaces/msg/ParameterEvent',
        '/rosout: rcl_interfaces/msg/Log',
    ]
    assert '/demo/trigger: std_srvs/srv/Trigger' in sections['Service Servers']
    assert (
        '/demo/talker/get_parameters: rcl_interfaces/srv/GetParameters'
        in sections['Service Servers']
    )
    assert sections['Action Servers'] == sections['Action Clients'] == []
    arguments = ('node', 'info', '/demo/talker', '--include-hidden')
    _, out, _ = settled(ros, '/demo/_hidden', *arguments)
    assert '    /demo/_hidden: std_msgs/msg/String\n' in out


def test_the_clients_of_a_node_are_shown(ros, settled):
    _, out, _ = settled(ros, '/demo/trigger', 'node', 'info', '/demo/listener')
    assert '  Service Clients:\n    /demo/trigger: std_srvs/srv/Trigger\n' in out


def test_an_unknown_node_is_refused(ros):
    assert ros('node', 'info', '/nope') == (1, '', "Unable to find node '/nope'\n")


def late_node(name):
    """Starts a node in a moment, in a context of its own; returns what ends it."""
    context = rclpy.Context()

    def begin():
        rclpy.init(context=context, signal_handler_options=rclpy.SignalHandlerOptions.NO)
        rclpy.create_node(name, context=context)

    timer = threading.Timer(0.8, begin)
    timer.start()

    def end():
        timer.join()
        context.try_shutdown()

    return end


def test_the_first_node_is_waited_for_where_nobody_is_known(run_command, domain_id, monkeypatch):
    monkeypatch.setattr('ros2_embedded.cli.session.DISCOVERY_TIME', 20.0)
    end = late_node('late')
    try:
        assert run_command('node', 'list')[:2] == (0, '/late\n')
    finally:
        end()


def test_a_service_is_waited_for_by_name_where_nobody_is_known(
    run_command, domain_id, monkeypatch
):
    monkeypatch.setattr('ros2_embedded.cli.session.DISCOVERY_TIME', 20.0)
    end = late_node('late')
    try:
        found = run_command('service', 'type', '/late/get_parameters')
        assert found == (0, 'rcl_interfaces/srv/GetParameters\n', '')
    finally:
        end()
