"""What a safety controller of each kind hears on a robot that obeys: sensors and proposals.

Rates are those of the robots: a base with 720 rays at 10 Hz and ten people round it, an arm of
seven joints at 100 Hz with chunks of 25 rows at 10 Hz, legs of twelve joints at 100 Hz with
targets at 50 Hz. Every wish is a wave, so that limits have work to do and nothing ever settles.
"""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rclpy.node import Node
from sensor_msgs.msg import Imu, JointState, LaserScan
from trajectory_msgs.msg import JointTrajectory

from policy_nodes.nodes import qos
from policy_stack.msg import ActionChunk, JointCommand, TrackedPerson, TrackedPersons

RAYS, PEOPLE, ROWS = 720, 10, 25


def now() -> Time:
    """The node clock, as a stamp."""
    at = time.time_ns()
    return Time(sec=at // 10**9, nanosec=at % 10**9)


class BaseFeed:
    """A base in a room with people.

    Attributes:
        neutral: propose to stay, so that a reset is granted.
        epoch: of the safety controller.
        commands: how many came.
    """

    robot, proposer, settle = 'turtlebot', 'navigation_policy', 0.0

    def __init__(self, node: Node, parameters: Mapping[str, Any]) -> None:
        """Connect and begin."""
        self.neutral, self.epoch, self.commands = True, 0, 0
        self._random = np.random.default_rng(1)
        self._sent = (0.0, 0.0)
        make = node.create_publisher
        self._scans = make(LaserScan, 'scan', qos.SENSOR_OUT)
        self._bases = make(Odometry, 'odom', qos.SENSOR_OUT)
        self._people = make(TrackedPersons, 'tracked_people', qos.SENSOR_OUT)
        self._proposals = make(TwistStamped, 'navigation_policy/cmd_vel', qos.COMMAND)
        node.create_subscription(TwistStamped, 'cmd_vel', self._obey, qos.COMMAND)
        node.create_timer(0.1, self._scan)
        node.create_timer(0.05, self._measure)
        node.create_timer(0.1, self._propose)

    def _obey(self, message: TwistStamped) -> None:
        self.commands += 1
        self._sent = message.twist.linear.x, message.twist.angular.z

    def _scan(self) -> None:
        stamp = now()
        scan = LaserScan(angle_increment=2 * math.pi / RAYS, range_min=0.05, range_max=25.0)
        scan.angle_max = scan.angle_increment * (RAYS - 1)
        scan.header.stamp, scan.header.frame_id = stamp, 'base_link'
        scan.ranges = (0.4 + 3.0 * self._random.random(RAYS)).astype(np.float32)
        self._scans.publish(scan)
        people = TrackedPersons()
        people.header.stamp, people.header.frame_id = stamp, 'odom'
        spots, ways = 4.0 * self._random.random((2, PEOPLE, 2)) - 2.0
        for number, (spot, way) in enumerate(zip(spots.tolist(), ways.tolist(), strict=True)):
            person = TrackedPerson(id=number, radius=0.3, state=TrackedPerson.CONFIRMED)
            person.position.x, person.position.y = spot
            person.velocity.x, person.velocity.y = way[0] / 4, way[1] / 4
            people.persons.append(person)
        self._people.publish(people)

    def _measure(self) -> None:
        base = Odometry(child_frame_id='base_link')
        base.header.stamp, base.header.frame_id = now(), 'odom'
        base.pose.pose.orientation.w = 1.0
        base.twist.twist.linear.x, base.twist.twist.angular.z = self._sent
        self._bases.publish(base)

    def _propose(self) -> None:
        message = TwistStamped()
        message.header.stamp, message.header.frame_id = now(), 'base_link'
        if not self.neutral:
            at = time.monotonic()
            message.twist.linear.x = 0.3 + 0.4 * math.sin(0.7 * at)
            message.twist.angular.z = 1.2 * math.sin(1.9 * at)
        self._proposals.publish(message)


class ArmFeed:
    """An arm that is where it was sent; attributes as of BaseFeed."""

    robot, proposer, settle = 'panda', 'motion_executor', 0.0
    home = np.array([0.0, -math.pi / 4, 0.0, -3 * math.pi / 4, 0.0, math.pi / 2, math.pi / 4])

    def __init__(self, node: Node, parameters: Mapping[str, Any]) -> None:
        """Connect and begin."""
        self.neutral, self.epoch, self.commands = True, 0, 0
        self._names = list(parameters['joints.names'])
        self._at, self._speed = self.home, np.zeros(7)
        self._sequence = 0
        self._states = node.create_publisher(JointState, 'joint_states', qos.SENSOR_OUT)
        self._chunks = node.create_publisher(
            ActionChunk, 'motion_executor/action_chunk', qos.COMMAND
        )
        topic = 'joint_trajectory_controller/joint_trajectory'
        node.create_subscription(JointTrajectory, topic, self._obey, qos.COMMAND)
        node.create_timer(0.01, self._measure)
        node.create_timer(0.1, self._propose)

    def _obey(self, message: JointTrajectory) -> None:
        self.commands += 1
        point = message.points[0]
        self._at, self._speed = np.array(point.positions), np.array(point.velocities)

    def _measure(self) -> None:
        state = JointState(name=self._names)
        state.header.stamp = now()
        state.position, state.velocity = self._at.tolist(), self._speed.tolist()
        self._states.publish(state)

    def _propose(self) -> None:
        times = time.monotonic() + 0.04 * np.arange(ROWS)[:, None]
        rows = np.tile(self._at, (ROWS, 1))
        if not self.neutral:
            wish = self.home + 0.3 * np.sin(0.5 * times + np.arange(7))
            share = np.clip(np.arange(ROWS) / 12.0, 0.0, 1.0)[:, None]
            rows = (1.0 - share) * self._at + share * wish
        self._sequence += 1
        chunk = ActionChunk(
            epoch=self.epoch,
            sequence=self._sequence,
            kind='position',
            names=self._names,
            dt=0.04,
            horizon=ROWS,
            values=rows.ravel().tolist(),
        )
        chunk.header.stamp = now()
        self._chunks.publish(chunk)


class LegsFeed:
    """Legs that follow their targets with a lag of 30 ms; attributes as of BaseFeed."""

    robot, proposer, settle = 'barkour', 'locomotion_policy', 4.0

    def __init__(self, node: Node, parameters: Mapping[str, Any]) -> None:
        """Connect and begin."""
        self.neutral, self.epoch, self.commands = True, 0, 0
        self._names = list(parameters['joints.names'])
        self._stand = np.array(parameters['stand.pose'])
        self._at = np.array(parameters['sit.pose'])
        self._target, self._stiff = self._at, False
        self._imus = node.create_publisher(Imu, 'imu', qos.SENSOR_OUT)
        self._states = node.create_publisher(JointState, 'joint_states', qos.SENSOR_OUT)
        self._proposals = node.create_publisher(
            JointCommand, 'locomotion_policy/joint_command', qos.COMMAND
        )
        node.create_subscription(JointCommand, 'joint_command', self._obey, qos.COMMAND)
        node.create_timer(0.01, self._measure)
        node.create_timer(0.02, self._propose)

    def _obey(self, message: JointCommand) -> None:
        self.commands += 1
        self._target, self._stiff = np.array(message.position), any(message.kp)

    def _measure(self) -> None:
        before, stamp = self._at, now()
        if self._stiff:
            self._at = before + (1.0 - math.exp(-0.01 / 0.03)) * (self._target - before)
        state = JointState(name=self._names, position=self._at.tolist())
        state.velocity = ((self._at - before) / 0.01).tolist()
        state.effort = [0.0] * len(self._names)
        state.header.stamp = stamp
        self._states.publish(state)
        imu = Imu()
        imu.header.stamp, imu.header.frame_id = stamp, 'base_link'
        imu.orientation.w, imu.linear_acceleration.z = 1.0, 9.81
        self._imus.publish(imu)

    def _propose(self) -> None:
        wave = 0.0 if self.neutral else 0.3 * np.sin(6.0 * time.monotonic() + np.arange(12))
        count = len(self._names)
        message = JointCommand(names=self._names, position=(self._stand + wave).tolist())
        message.velocity = message.effort = [0.0] * count
        message.kp, message.kd = [35.0] * count, [0.65] * count
        message.header.stamp = now()
        self._proposals.publish(message)


FEEDS: dict[str, Callable[[Node, Mapping[str, Any]], Any]] = {
    'base': BaseFeed,
    'arm': ArmFeed,
    'legged': LegsFeed,
}
