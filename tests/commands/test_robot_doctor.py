"""`policy-stack doctor ROBOT` and `selftest ROBOT`: what they hear, say and leave alone."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

import ros2_embedded

ros2_embedded.install()

import rclpy  # noqa: E402  (served packages come first)
from geometry_msgs.msg import PoseArray, TransformStamped, TwistStamped  # noqa: E402
from nav_msgs.msg import Odometry  # noqa: E402
from rclpy.executors import SingleThreadedExecutor  # noqa: E402
from sensor_msgs.msg import LaserScan  # noqa: E402
from tf2_msgs.msg import TFMessage  # noqa: E402

from policy_nodes.commands.doctor import robot_findings as judge  # noqa: E402
from policy_nodes.commands.doctor.finding import Status  # noqa: E402
from policy_nodes.commands.doctor.hardware import (  # noqa: E402
    hardware_file,
    read_hardware,
)
from policy_nodes.commands.doctor.listening import Heard, Scene, listen_to  # noqa: E402
from policy_nodes.commands.doctor.motion_plan import KINDS, plan_of, present_problems  # noqa: E402
from policy_nodes.contract.checkpoint import Checkpoint  # noqa: E402
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint  # noqa: E402
from policy_nodes.contract.errors import ContractError  # noqa: E402
from policy_nodes.contract.robot_interface import RobotInterface  # noqa: E402
from policy_nodes.contract.share import robot_file  # noqa: E402

OK, WARNING, FAILED = Status


@pytest.fixture
def hardware():
    return read_hardware(hardware_file('turtlebot'))


@pytest.fixture
def scene(hardware):
    """A robot in order, as it would be heard."""
    times = np.arange(0.0, 5.0, 0.05)
    topics = {
        each.topic: Heard(
            types={each.type_name},
            publishers=['/driver'],
            reliable=[True],
            latched=[True],
            arrivals=list(times),
            ages=[0.01] * len(times),
            frames={each.frame},
            names=each.names,
        )
        for each in hardware.topics
    }
    return Scene(
        topics,
        obeying=['/base'],
        command_types={hardware.command_type},
        placed={('odom', 'base_link')},
        seconds=5.0,
    )


def findings(hardware, scene):
    """All findings by name."""
    interface = RobotInterface.read(robot_file('turtlebot'))
    return {
        each.name: each
        for found in (
            judge.judge_topics(hardware, scene),
            judge.judge_clock(hardware, scene),
            judge.judge_transforms(hardware, scene),
            judge.judge_command(hardware, scene),
            judge.judge_contract(hardware, scene, interface, None),
        )
        for each in found
    }


def test_a_robot_in_order_has_nothing_but_good_findings(hardware, scene):
    assert {each.status for each in findings(hardware, scene).values()} == {OK}


@pytest.mark.parametrize(
    ('topic', 'changes', 'words'),
    [
        ('scan', {'publishers': [], 'types': set(), 'arrivals': []}, 'nobody publishes it'),
        ('scan', {'arrivals': []}, 'publishes it, and nothing came in 5 s'),
        ('scan', {'arrivals': list(np.arange(0, 5, 0.2))}, '5.0 Hz, at least 10 Hz are needed'),
        ('scan', {'frames': {'rplidar_link'}}, "is in frame 'rplidar_link', not 'base_link'"),
        ('scan', {'ages': [0.8] * 9}, '0.800 s old on arrival, at most 0.5 s are acted on'),
        ('odom', {'types': {'nav_msgs/msg/Path'}}, 'is nav_msgs/msg/Path, not nav_msgs/msg/Odom'),
        ('goal', {'latched': [False]}, 'is not kept for late subscribers'),
    ],
)
def test_each_fault_of_a_topic_is_named_with_its_remedy(hardware, scene, topic, changes, words):
    scene.topics[topic] = replace(scene.topics[topic], **changes)
    found = findings(hardware, scene)[topic]
    assert words in found.found
    assert found.remedy
    assert found.status is (WARNING if topic == 'goal' else FAILED)


def test_a_joint_that_is_missing_is_named():
    panda = read_hardware(hardware_file('panda'))
    names = panda.topics[0].names[:-1]
    heard = Heard({panda.topics[0].type_name}, ['/arm'], [True], [False], [0.0, 0.01], [0.0])
    heard.names = names
    scene = Scene({each.topic: Heard() for each in panda.topics} | {'joint_states': heard})
    found = [each.found for each in judge.judge_topics(panda, scene)]
    assert 'lacks panda_finger_joint2' in found


def test_best_effort_is_said_and_is_no_fault(hardware, scene):
    scene.topics['scan'].reliable = [False]
    found = findings(hardware, scene)
    assert found['scan'].status is OK
    assert 'best effort' in found['scan, QoS'].found


def test_stamps_from_the_future_are_a_clock_that_is_wrong(hardware, scene):
    scene.topics['odom'].ages = [-0.3, -0.25]
    found = findings(hardware, scene)['clock']
    assert found.status is FAILED
    assert 'stamps are 0.300 s ahead of this machine' in found.found
    assert 'chrony' in found.remedy
    assert findings(hardware, replace(scene, simulated=True))['clock'].status is OK


@pytest.mark.parametrize(
    ('commanders', 'status', 'words'),
    [
        ([], OK, 'nobody publishes it yet'),
        (['/safety_controller'], OK, '/safety_controller alone publishes it'),
        (['/safety_controller', '/teleop'], FAILED, '/teleop publishes it, too'),
        (['/nav2', '/teleop'], FAILED, '/nav2, /teleop publish it, too'),
        (['/a/safety_controller', '/safety_controller'], FAILED, '2 safety controllers'),
    ],
)
def test_nobody_but_the_safety_controller_may_command(hardware, scene, commanders, status, words):
    scene.commanders = commanders
    found = findings(hardware, scene)['cmd_vel']
    assert (found.status, words in found.found) == (status, True), found


def test_a_base_that_takes_another_type_or_does_not_listen_is_a_fault(hardware, scene):
    scene.command_types = {'geometry_msgs/msg/Twist'}
    found = findings(hardware, scene)
    assert 'geometry_msgs/msg/Twist is used there' in found['cmd_vel, type'].found
    silent = replace(scene, command_types=set(), obeying=[])
    assert findings(hardware, silent)['cmd_vel, driver'].found == 'nobody listens to it'


def test_a_transform_may_go_through_other_frames_and_either_way(hardware, scene):
    scene.placed = {('map', 'base_link'), ('map', 'odom')}
    assert findings(hardware, scene)['odom to base_link'].status is OK
    scene.placed = {('odom', 'other')}
    found = findings(hardware, scene)['odom to base_link']
    assert found.found == 'is not known; frames of tf: odom, other'


def test_a_contract_is_held_against_the_robot_and_the_rates_that_were_heard(hardware, scene):
    interface = RobotInterface.read(robot_file('turtlebot'))
    checkpoint = Checkpoint.open(resolve_checkpoint('height_arena'))
    slow = replace(scene.topics['odom'], arrivals=list(np.arange(0, 5, 0.5)))
    scene.topics['odom'] = slow
    found = {
        each.name: each for each in judge.judge_contract(hardware, scene, interface, checkpoint)
    }
    assert found['height_arena'].status is OK
    assert found['term odometry'].found == 'robot.yaml promises 10 Hz, odom comes at 2.0 Hz'
    panda = RobotInterface.read(robot_file('panda'))
    wrong = list(judge.judge_contract(hardware, scene, panda, checkpoint))
    assert wrong[0].status is FAILED
    assert wrong[0].remedy


@pytest.mark.parametrize('robot', KINDS)
def test_every_robot_has_a_hardware_file_that_agrees_with_its_controller(robot):
    hardware = read_hardware(hardware_file(robot))
    plan = plan_of(robot)
    assert hardware.robot == robot
    assert all(axis.low < axis.high for axis in plan.axes)
    (joints,) = [each.names for each in hardware.topics if each.names] or [()]
    if KINDS[robot] != 'base':
        assert {axis.name for axis in plan.axes} <= set(joints)


def test_rates_and_frames_of_hardware_are_those_that_the_robot_promises_to_policies(hardware):
    for term in RobotInterface.read(robot_file('turtlebot')).observations:
        for topic in hardware.topics:
            if topic.type_name == term.source:
                assert topic.frame == term.frame
                assert topic.rate_hz == term.rate_hz


def test_hardware_files_that_cannot_be_meant_are_refused(tmp_path):
    text = hardware_file('turtlebot').read_text()
    for old, new, words in (
        ("needed: 'no'", 'needed: maybe', "it is 'maybe'; write 'yes' or 'no'"),
        ('rate_hz: 5.0', 'rate: 5.0', "has no key 'rate'"),
        ('machine:', 'maschine:', 'machine'),
    ):
        file = tmp_path / 'hardware.yaml'
        file.write_text(text.replace(old, new, 1))
        with pytest.raises(ContractError, match=words):
            read_hardware(file)
    with pytest.raises(ContractError, match='known are barkour, go1, panda, turtlebot'):
        hardware_file('turtlebat')


def test_joints_beyond_what_may_be_sent_are_named_before_anything_moves():
    plan = plan_of('barkour')
    stand = {axis.name: axis.first for axis in plan.axes}
    assert present_problems(plan, stand) == []
    first = plan.axes[0]
    beyond = stand | {first.name: first.high + 0.1}
    (words,) = present_problems(plan, beyond)
    assert f'{first.name} is at 1.127 rad, outside of -1.027 to 1.027' in words
    (words,) = present_problems(plan, stand | {first.name: first.high - 0.001})
    assert 'at an end of' in words
    assert present_problems(plan_of('turtlebot'), {'linear.x': 9.0}) == []


class Driver:
    """Says what a TurtleBot says, in a thread and a context of its own."""

    def __init__(self, rival: bool = False) -> None:
        self.context = rclpy.Context()
        rclpy.init(args=[], context=self.context)
        self.node = rclpy.create_node('driver', context=self.context)
        make = self.node.create_publisher
        kinds = {'scan': LaserScan, 'odom': Odometry, 'detections': PoseArray}
        self.topics = {topic: (make(kind, topic, 10), kind) for topic, kind in kinds.items()}
        self.frames = {'scan': 'base_link', 'odom': 'odom', 'detections': 'base_link'}
        self.tf = make(TFMessage, '/tf', 10)
        self.commands: list[TwistStamped] = []
        self.node.create_subscription(TwistStamped, 'cmd_vel', self.commands.append, 10)
        if rival:
            make(TwistStamped, 'cmd_vel', 1)
        self.node.create_timer(1 / 30, self.speak)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        self.thread = threading.Thread(target=self.executor.spin)
        self.thread.start()

    def speak(self) -> None:
        stamp = self.node.get_clock().now().to_msg()
        for topic, (publisher, kind) in self.topics.items():
            message = kind()
            message.header.stamp, message.header.frame_id = stamp, self.frames[topic]
            publisher.publish(message)
        placed = TransformStamped(child_frame_id='base_link')
        placed.header.stamp, placed.header.frame_id = stamp, 'odom'
        self.tf.publish(TFMessage(transforms=[placed]))

    def close(self) -> None:
        self.executor.shutdown(timeout_sec=5.0)
        self.thread.join(5.0)
        self.node.destroy_node()
        self.context.try_shutdown()


def test_a_robot_is_listened_to_over_the_wire_and_nothing_is_sent(hardware, domain_id):
    driver = Driver()
    try:
        scene = listen_to(hardware, 2.0)
        heard = scene.topics['scan']
        assert heard.publishers == ['/driver']
        assert heard.types == {'sensor_msgs/msg/LaserScan'}
        assert heard.frames == {'base_link'}
        assert heard.rate_hz > 1.0
        assert abs(np.median(heard.ages)) < 5.0
        assert scene.placed == {('odom', 'base_link')}
        assert (scene.commanders, scene.obeying) == ([], ['/driver'])
        assert scene.topics['goal'].publishers == []
        assert driver.commands == []
    finally:
        driver.close()


def run(*arguments):
    from policy_nodes.cli import app

    return CliRunner().invoke(app, list(arguments))


def test_the_commands_name_a_rival_and_end_with_status_1(domain_id):
    driver = Driver(rival=True)
    try:
        result = run('doctor', 'turtlebot', '--seconds', '1.5', '--json')
        found = {each['what']: each for each in json.loads(result.stdout)['findings']}
        assert result.exit_code == 1
        assert found['cmd_vel']['found'] == '/driver publishes it, too'
        assert found['cmd_vel']['remedy']
        result = run('selftest', 'turtlebot', '--seconds', '1.5')
        assert result.exit_code == 1
        assert 'it stands until a proposal comes' in ' '.join(result.stdout.split())
        assert '/driver publishes it' in ' '.join(result.stdout.split())
        assert 'Nothing was moved' in result.stdout
        assert driver.commands == []
    finally:
        driver.close()


def test_an_unknown_robot_is_refused_and_the_known_ones_are_listed():
    for command in ('doctor', 'selftest'):
        assert 'known are barkour, go1, panda, turtlebot' in str(run(command, 'robbie').exception)
