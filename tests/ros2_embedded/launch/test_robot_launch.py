"""A launch file in the manner of a robot's works as a whole, with real nodes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CHECKOUT = str(Path(__file__).resolve().parents[3])

NODE = f"""\
#!{sys.executable}
import json, os, sys

sys.path.insert(0, {CHECKOUT!r})
import ros2_embedded

ros2_embedded.install()
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from std_msgs.msg import String

rclpy.init()
node = Node('node', automatically_declare_parameters_from_overrides=True)
seen = {{
    'name': node.get_fully_qualified_name(),
    'topic': node.create_publisher(String, 'chat', 1).topic_name,
    'rate': node.get_parameter('rate').value,
    'gain': node.get_parameter('gain').value,
    'use_sim_time': node.get_parameter('use_sim_time').value,
    'program': os.path.basename(sys.argv[0]),
}}
path = os.path.join(os.environ['SEEN'], str(os.getpid()))
with open(path + '.tmp', 'w') as file:
    json.dump(seen, file)
os.rename(path + '.tmp', path)
try:
    rclpy.spin(node)
except (KeyboardInterrupt, ExternalShutdownException):
    pass
node.destroy_node()
rclpy.try_shutdown()
"""

LAUNCH_FILE = """\
from launch import LaunchDescription
from launch.actions import (
    DeclareLaunchArgument, GroupAction, OpaqueFunction, RegisterEventHandler, Shutdown,
)
from launch.conditions import IfCondition
from launch.event_handlers import OnProcessExit
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node, PushROSNamespace, SetParameter
from launch_ros.substitutions import FindPackageShare


def scorer(context):
    episodes = int(LaunchConfiguration('episodes').perform(context))
    return [Node(package='walker', executable='walk', name='scorer', parameters=[{
        'rate': episodes, 'gain': 0.0}])]


def generate_launch_description():
    config = PathJoinSubstitution([FindPackageShare('walker'), 'config', 'walker.yaml'])
    controller = Node(
        package='walker',
        executable='walk',
        name='controller',
        parameters=[config, {'gain': LaunchConfiguration('gain')}],
        remappings=[('chat', '/talk')],
        output='both',
    )
    recorder = Node(
        package='walker',
        executable='walk',
        name='recorder',
        parameters=[config],
        condition=IfCondition(LaunchConfiguration('record')),
        respawn=True,
    )
    return LaunchDescription([
        DeclareLaunchArgument('simulator', default_value='embedded',
                              choices=['embedded', 'gazebo', 'none']),
        DeclareLaunchArgument('namespace', default_value=''),
        DeclareLaunchArgument('record', default_value='true'),
        DeclareLaunchArgument('episodes', default_value='5'),
        DeclareLaunchArgument('gain', default_value='1.5'),
        GroupAction([
            PushROSNamespace(LaunchConfiguration('namespace')),
            SetParameter('use_sim_time', True),
            controller,
            recorder,
            OpaqueFunction(function=scorer),
        ]),
        RegisterEventHandler(OnProcessExit(
            target_action=controller, on_exit=[Shutdown(reason='the controller is gone')])),
    ])
"""


@pytest.fixture
def start(tmp_path, domain_id):
    """Starts the launch file of package `walker` with arguments."""
    share = tmp_path / 'share' / 'walker'
    files = {
        share / 'package.xml': '<package><name>walker</name></package>',
        share / 'launch' / 'robot.launch.py': LAUNCH_FILE,
        share
        / 'config'
        / 'walker.yaml': '/**:\n  ros__parameters:\n    rate: 10\n    gain: 0.5\n',
        tmp_path / 'lib' / 'walker' / 'walk': NODE,
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    (tmp_path / 'seen').mkdir()
    processes = []

    def run(*arguments):
        processes.append(
            subprocess.Popen(
                [
                    *(sys.executable, '-m', 'ros2_embedded.cli', 'launch'),
                    *('walker', 'robot.launch.py', *arguments),
                ],
                env={
                    **os.environ,
                    'AMENT_PREFIX_PATH': str(tmp_path),
                    'PYTHONPATH': CHECKOUT,
                    'SEEN': str(tmp_path / 'seen'),
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return processes[-1]

    yield run
    for process in processes:
        process.kill()
        process.wait()


def wait_for(folder: Path, count: int) -> dict[str, tuple[int, dict]]:
    """Return what so many nodes have seen, by their names, with their process ids."""
    deadline = time.monotonic() + 30
    while len(paths := [each for each in folder.iterdir() if not each.suffix]) < count:
        assert time.monotonic() < deadline, f'{len(paths)} nodes of {count} came up'
        time.sleep(0.05)
    seen = {int(path.name): json.loads(path.read_text()) for path in paths}
    return {each['name']: (pid, each) for pid, each in seen.items()}


def test_a_robot_comes_up_as_described_and_goes_down_cleanly_on_ctrl_c(start, tmp_path):
    launch = start('namespace:=robot', 'gain:=2.5')
    nodes = wait_for(tmp_path / 'seen', 3)
    assert {
        name: (each['rate'], each['gain'], each['topic']) for name, (_, each) in nodes.items()
    } == {
        '/robot/controller': (10, 2.5, '/talk'),
        '/robot/recorder': (10, 0.5, '/robot/chat'),
        '/robot/scorer': (5, 0.0, '/robot/chat'),
    }
    assert all(each['use_sim_time'] for _, each in nodes.values())
    launch.send_signal(signal.SIGINT)
    output = launch.communicate(timeout=30)[0]
    assert launch.returncode == 0, output
    assert output.count('process has finished cleanly') == 3, output
    assert 'Traceback' not in output


def test_the_end_of_the_controller_shuts_the_robot_down(start, tmp_path):
    launch = start('record:=false', 'episodes:=7')
    nodes = wait_for(tmp_path / 'seen', 2)
    assert nodes['/scorer'][1]['rate'] == 7
    os.kill(nodes['/controller'][0], signal.SIGKILL)
    output = launch.communicate(timeout=30)[0]
    assert launch.returncode == 0
    assert 'was required: shutting down launched system' in output
    assert output.count('process has finished cleanly') == 1


def test_a_recorder_that_dies_comes_back_and_the_robot_goes_on(start, tmp_path):
    launch = start()
    nodes = wait_for(tmp_path / 'seen', 3)
    os.kill(nodes['/recorder'][0], signal.SIGKILL)
    again = wait_for(tmp_path / 'seen', 4)
    assert set(again) == set(nodes)
    launch.send_signal(signal.SIGTERM)
    assert launch.wait(30) == 0


def test_a_simulator_that_is_not_known_is_refused_before_anything_starts(start):
    output = start('simulator:=webots').communicate(timeout=30)[0]
    assert "Valid options are: ['embedded', 'gazebo', 'none']" in output
    assert 'process started' not in output
