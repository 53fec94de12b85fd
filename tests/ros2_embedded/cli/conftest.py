"""A talker in a process of its own, and the commands on its graph."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ros2_embedded

ros2_embedded.install()

CHECKOUT = str(Path(__file__).resolve().parents[3])

TALKER = """\
import ros2_embedded

ros2_embedded.install()
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.qos import QoSDurabilityPolicy, QoSProfile, qos_profile_sensor_data
from nav_msgs.msg import Odometry
from sensor_msgs.msg import LaserScan
from std_msgs.msg import String
from std_srvs.srv import Trigger

rclpy.init()
node = Node('talker', namespace='demo')
chatter = node.create_publisher(String, 'chatter', 10)
scan = node.create_publisher(LaserScan, 'scan', qos_profile_sensor_data)
odometry = node.create_publisher(Odometry, 'odom', 10)
latched = QoSProfile(depth=1, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)
message = String(data='kept')
node.create_publisher(String, 'latched', latched).publish(message)
node.create_publisher(String, '_hidden', 10)
node.create_subscription(String, 'heard', lambda _: None, 10)
node.create_service(Trigger, 'trigger', lambda request, response: response)
other = Node('listener', namespace='demo')
other.create_client(Trigger, 'trigger')


def tick():
    chatter.publish(String(data='hello'))
    scan.publish(LaserScan(ranges=[1.0] * 200))
    pose = Odometry()
    pose.pose.pose.position.x = 1.5
    odometry.publish(pose)


node.create_timer(0.05, tick)
print('up', flush=True)
try:
    rclpy.spin(node)
except (KeyboardInterrupt, ExternalShutdownException):
    pass
node.destroy_node()
other.destroy_node()
rclpy.try_shutdown()
"""


@pytest.fixture(scope='session')
def domain():
    """A ROS_DOMAIN_ID for the talker and all commands of a test session."""
    return (os.getpid() * 7 + 50) % 100 + 1


@pytest.fixture(scope='session')
def environment(domain, tmp_path_factory):
    """Environment of the processes."""
    environment = {
        **os.environ,
        'ROS_DOMAIN_ID': str(domain),
        'ROS_LOG_DIR': str(tmp_path_factory.mktemp('log')),
        'PYTHONPATH': CHECKOUT,
        'NO_COLOR': '1',
    }
    environment.pop('CYCLONEDDS_URI', None)
    return environment


@pytest.fixture(scope='session')
def talker(environment, tmp_path_factory):
    """The running talker."""
    path = tmp_path_factory.mktemp('talker') / 'talker.py'
    path.write_text(TALKER)
    process = subprocess.Popen(
        [sys.executable, str(path)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout.readline() == 'up\n'
    yield process
    process.terminate()
    process.wait(20)


@pytest.fixture
def ros(talker, domain, monkeypatch):
    """Runs a command in this process: returns exit code, standard output, standard error."""
    from ros2_embedded.cli import app

    monkeypatch.setenv('ROS_DOMAIN_ID', str(domain))
    monkeypatch.setenv('COLUMNS', '100')
    monkeypatch.setenv('NO_COLOR', '1')
    monkeypatch.delenv('CYCLONEDDS_URI', raising=False)

    def run(*arguments):
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result.exit_code, plain(result.stdout), plain(result.stderr)

    return run


def plain(text: str) -> str:
    return re.sub(r'\x1b\[[0-9;]*m', '', text)
