"""A domain hears nothing of another one, and by default nothing of the network."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path

import pytest
import rclpy
from cyclonedds.builtin import BuiltinDataReader, BuiltinTopicDcpsParticipant
from cyclonedds.domain import DomainParticipant
from std_msgs.msg import String

from ros2_embedded.transport.domain import configuration
from ros2_embedded.transport.loopback import receiving_sockets

ANY, LOOPBACK = '00000000', '0100007F'  # as the kernel writes them


@pytest.fixture
def elsewhere(domain_id):
    """A publisher in the next domain."""
    context = rclpy.Context()
    rclpy.init(context=context, domain_id=domain_id % 100 + 1)
    yield rclpy.create_node('elsewhere', context=context).create_publisher(String, 'topic', 10)
    context.try_shutdown()


def test_domains_do_not_hear_each_other(ros, other, elsewhere):
    node = ros.node('here')
    heard = []
    node.create_subscription(String, 'topic', lambda message: heard.append(message.data), 10)
    publisher = other.node('near').create_publisher(String, 'topic', 10)
    assert ros.until(lambda: 'near' in node.get_node_names())
    assert ros.until(lambda: publisher.get_subscription_count() == 1)
    for number in range(20):
        elsewhere.publish(String(data='from elsewhere'))
        publisher.publish(String(data=str(number)))
    # What the other domain sent was sent earlier than the last of these.
    assert ros.until(lambda: len(heard) >= 10 and heard[-1] == '19')
    assert 'from elsewhere' not in heard
    assert sorted(node.get_node_names()) == ['here', 'near']
    assert node.count_publishers('topic') == 1
    assert elsewhere.get_subscription_count() == 0


def addresses_of_this_process(table):
    """Local address of every socket of this process in a table of the kernel."""
    own = {
        target[8:-1]
        for each in Path('/proc/self/fd').iterdir()
        if each.is_symlink() and (target := os.readlink(each)).startswith('socket:')
    }
    lines = Path('/proc/self/net', table).read_text().splitlines()[1:]
    rows = [line.split() for line in lines]
    return [row[1] for row in rows if row[9] in own]


@pytest.mark.skipif(sys.platform != 'linux', reason='reads the tables of the Linux kernel')
def test_by_default_every_socket_is_of_the_loopback_device_only(ros, domain_id, monkeypatch):
    ros.node('node')
    closed = {}
    for each in receiving_sockets(domain_id):
        with each:
            device = each.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16)
            closed[each.getsockname()[1]] = device.rstrip(b'\0')
    assert len(closed) >= 2
    assert set(closed.values()) == {b'lo'}
    first = 7400 + 250 * domain_id
    for entry in addresses_of_this_process('udp'):
        address, port = entry.split(':')
        of_domain = first <= int(port, 16) < first + 250
        assert address == LOOPBACK or int(port, 16) in closed or not of_domain


@pytest.mark.skipif(sys.platform != 'linux', reason='reads the tables of the Linux kernel')
def test_no_socket_of_another_kind_is_opened(ros):
    before = {table: addresses_of_this_process(table) for table in ('udp6', 'tcp', 'tcp6')}
    ros.node('node')
    assert {table: addresses_of_this_process(table) for table in before} == before


ANOTHER = """
import rclpy

rclpy.init()
node = rclpy.create_node('another')
print('up', flush=True)
rclpy.spin(node)
"""


def test_by_default_only_an_address_of_loopback_is_announced(ros, start, domain_id):
    node = ros.node('node')
    participant = DomainParticipant(domain_id)
    reader = BuiltinDataReader(participant, BuiltinTopicDcpsParticipant)
    start(ANOTHER)
    assert ros.until(lambda: 'another' in node.get_node_names(), timeout=30.0)
    properties = [
        each
        for sample in reader.take(10)
        for each in sample.qos
        if getattr(each, 'key', '') == '__NetworkAddresses' and each.value != 'localprocess'
    ]
    assert properties
    for each in properties:
        assert re.fullmatch(r'udp/127\.0\.0\.1:\d+@\d+', each.value)


@pytest.mark.parametrize(
    ('settings', 'loopback', 'multicast'),
    [
        ({}, True, False),
        ({'ROS_AUTOMATIC_DISCOVERY_RANGE': 'SUBNET'}, False, True),
        ({'ROS_AUTOMATIC_DISCOVERY_RANGE': 'OFF'}, False, False),
        ({'ROS_AUTOMATIC_DISCOVERY_RANGE': 'SUBNET', 'ROS_LOCALHOST_ONLY': '1'}, True, False),
    ],
)
def test_the_reach_is_the_one_that_the_environment_asks_for(
    settings, loopback, multicast, monkeypatch
):
    for name in ('CYCLONEDDS_URI', 'ROS_AUTOMATIC_DISCOVERY_RANGE', 'ROS_LOCALHOST_ONLY'):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    text = configuration()
    assert ('address="127.0.0.1"/></Interfaces>' in text) == loopback
    assert ('<AllowMulticast>false' not in text) == multicast
