"""A talker in a process of its own, and the commands on its graph."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
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

ROBOT = """\
import time

import ros2_embedded

ros2_embedded.install()
import rclpy
from composition_interfaces.srv import ListNodes, LoadNode, UnloadNode
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from geometry_msgs.msg import PointStamped
from rcl_interfaces.msg import FloatingPointRange, ParameterDescriptor
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.executors import ExternalShutdownException, MultiThreadedExecutor
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.lifecycle import LifecycleNode
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy, qos_profile_services_default
from rclpy.service_introspection import ServiceIntrospectionState
from std_msgs.msg import String

rclpy.init()
node = Node('base', namespace='robot')
speeds = [FloatingPointRange(from_value=-1.0, to_value=2.0, step=0.5)]
node.declare_parameter(
    'speed', 0.5, ParameterDescriptor(description='How fast [m/s].', floating_point_range=speeds)
)
node.declare_parameter('wheels.names', ['left', 'right'])
node.declare_parameter('kind', 'diff', ParameterDescriptor(read_only=True))


def add(request, response):
    response.sum = request.a + request.b
    return response


adder = node.create_service(AddTwoInts, 'add', add)
adder.configure_introspection(
    node.get_clock(), qos_profile_services_default, ServiceIntrospectionState.CONTENTS
)
node.create_service(AddTwoInts, '_hidden', add)
back = node.create_publisher(String, 'back', 10)
node.create_subscription(String, 'there', back.publish, 10)
stamped = node.create_publisher(PointStamped, 'point', 10)


def stamp():
    message = PointStamped()
    message.header.stamp = node.get_clock().now().to_msg()
    stamped.publish(message)


node.create_timer(0.05, stamp)


def count(goal):
    found = Fibonacci.Feedback(sequence=[0, 1])
    for _ in range(goal.request.order - 1):
        if goal.is_cancel_requested:
            goal.canceled()
            return Fibonacci.Result(sequence=found.sequence)
        found.sequence = [*found.sequence, sum(found.sequence[-2:]) % 1000]
        goal.publish_feedback(found)
        time.sleep(0.02)
    if goal.request.order == 2:
        goal.abort()
    else:
        goal.succeed()
    return Fibonacci.Result(sequence=found.sequence)


ActionServer(
    node,
    Fibonacci,
    'count',
    count,
    goal_callback=lambda goal: GoalResponse.ACCEPT if goal.order > 0 else GoalResponse.REJECT,
    cancel_callback=lambda goal: CancelResponse.ACCEPT,
    callback_group=ReentrantCallbackGroup(),
)
lifecycle = LifecycleNode('arm', namespace='robot')
unsure = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
node.create_publisher(String, 'unheard', unsure)
lifecycle.create_subscription(String, 'unheard', lambda _: None, 1)
spare = Node('_spare', namespace='robot', allow_undeclared_parameters=True)
executor = MultiThreadedExecutor(4)
executor.add_node(node)
executor.add_node(lifecycle)
executor.add_node(spare)
components = {}


def load(request, response):
    response.success = request.plugin_name != 'demo::Bad'
    response.error_message = '' if response.success else 'no such class'
    if response.success:
        response.unique_id = max(components, default=0) + 1
        values = {each.name: each.value.integer_value for each in request.parameters}
        response.full_node_name = f'{request.node_namespace}/{request.node_name}{values or ""}'
        components[response.unique_id] = response.full_node_name
    return response


def unload(request, response):
    response.success = components.pop(request.unique_id, None) is not None
    response.error_message = '' if response.success else 'no such number'
    return response


def list_nodes(request, response):
    response.unique_ids = list(components)
    response.full_node_names = list(components.values())
    return response


spare.create_service(LoadNode, '~/_container/load_node', load)
spare.create_service(UnloadNode, '~/_container/unload_node', unload)
spare.create_service(ListNodes, '~/_container/list_nodes', list_nodes)
print('up', flush=True)
try:
    executor.spin()
except (KeyboardInterrupt, ExternalShutdownException):
    pass
rclpy.try_shutdown()
"""


@pytest.fixture(scope='session')
def domain(keep_domain):
    """A ROS_DOMAIN_ID for the talker and all commands of a test session."""
    return keep_domain()


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


@contextmanager
def running(text, folder, environment):
    """Runs a program until the end of the context; it says `up` when it is."""
    path = folder / 'program.py'
    path.write_text(text)
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


@pytest.fixture(scope='session')
def talker(environment, tmp_path_factory):
    """The running talker."""
    with running(TALKER, tmp_path_factory.mktemp('talker'), environment) as process:
        yield process


@pytest.fixture(scope='session')
def robot_domain(keep_domain):
    """A domain in which there is nothing but the robot."""
    return keep_domain()


@pytest.fixture(scope='session')
def robot(environment, robot_domain, tmp_path_factory):
    """A running process with parameters, services and a lifecycle node."""
    changed = {**environment, 'ROS_DOMAIN_ID': str(robot_domain)}
    with running(ROBOT, tmp_path_factory.mktemp('robot'), changed) as process:
        yield process


@pytest.fixture
def run_command(monkeypatch):
    """Runs a command in this process: returns exit code, standard output, standard error."""
    from ros2_embedded.cli import app

    monkeypatch.setenv('COLUMNS', '100')
    monkeypatch.setenv('NO_COLOR', '1')
    monkeypatch.delenv('CYCLONEDDS_URI', raising=False)

    def run(*arguments):
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result.exit_code, plain(result.stdout), plain(result.stderr)

    return run


@pytest.fixture
def ros(talker, domain, monkeypatch, run_command):
    """Runs a command in the domain of the talker; see `run_command`."""
    monkeypatch.setenv('ROS_DOMAIN_ID', str(domain))
    return run_command


@pytest.fixture
def ros_robot(robot, robot_domain, monkeypatch, run_command):
    """Runs a command in the domain of the robot; see `run_command`."""
    monkeypatch.setenv('ROS_DOMAIN_ID', str(robot_domain))
    return run_command


def plain(text: str) -> str:
    return re.sub(r'\x1b\[[0-9;]*m', '', text)


@pytest.fixture
def settled():
    """Runs a command until its output has a text, as all of a graph is not known at once."""

    def run_until(run, wanted, *arguments):
        for _ in range(10):
            found = run(*arguments)
            if wanted in found[1]:
                break
        return found

    return run_until
