"""The node commands show a real graph as the ros2 command does."""

from __future__ import annotations

import re


def test_nodes_are_listed_without_hidden_ones(ros):
    code, out, _ = ros('node', 'list')
    assert (code, out) == (0, '/demo/listener\n/demo/talker\n')
    assert ros('node', 'list', '-c')[1] == '2\n'
    _, out, _ = ros('node', 'list', '-a')
    assert any(line.startswith('/_ros2cli_') for line in out.splitlines())


def test_a_node_is_described_by_its_topics_services_and_actions(ros):
    code, out, _ = ros('node', 'info', '/demo/talker')
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
    _, out, _ = ros('node', 'info', '/demo/talker', '--include-hidden')
    assert '    /demo/_hidden: std_msgs/msg/String\n' in out


def test_the_clients_of_a_node_are_shown(ros):
    _, out, _ = ros('node', 'info', '/demo/listener')
    assert '  Service Clients:\n    /demo/trigger: std_srvs/srv/Trigger\n' in out


def test_an_unknown_node_is_refused(ros):
    assert ros('node', 'info', '/nope') == (1, '', "Unable to find node '/nope'\n")
