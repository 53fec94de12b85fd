"""Leads a legged robot over a course by waypoints."""

import math
from pathlib import Path

from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from std_msgs.msg import String

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.course_way import OFFICIAL, waypoints_of
from policy_nodes.geometry.frames import yaw_from_quaternion
from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT, HeartbeatPublisher
from policy_nodes.nodes.interface import (
    SENSOR_RELIABILITY,
    NodeInterface,
    Setting,
    SettingError,
    Topic,
    declare,
    listen,
    read,
    sensor,
    speak,
)
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate import NANO, header, nanoseconds
from policy_nodes.nodes.translate_base import base_sample
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.policies.course_navigator import CourseNavigator, Steering
from policy_nodes.policies.waypoints import read_waypoints
from policy_stack.msg import EpisodeStatus, SafetyState
from policy_stack.srv import ResetEpisode

ODOM = Topic('odom', Odometry, qos.STREAM, 'where the base is on the course')
SAFETY = Topic('safety_controller/state', SafetyState, qos.LATCHED, 'whether it is latched')
EPISODE = Topic('episode', EpisodeStatus, qos.EPISODE, 'since when the running episode runs')
COMMAND = Topic('~/command', TwistStamped, qos.COMMAND, 'velocity to walk with, in the base frame')
BEHAVIOUR = Topic('~/behaviour', String, qos.LATCHED, 'how to walk; published when it changes')

INTERFACE = NodeInterface(
    name='course_navigator',
    purpose='Answers each odometry with a velocity towards the active waypoint. It asks for rest '
    'before the first episode, while the safety controller is latched, and once odometry stays '
    'away. A rearranged course gets waypoints of its own by its number.',
    publishes=(COMMAND, BEHAVIOUR, HEARTBEAT),
    subscribes=(ODOM, SAFETY, EPISODE),
    services=(
        ('~/reset_episode', ResetEpisode, 'begin at the first waypoint; scenario is as there'),
    ),
    settings=(
        Setting('waypoints', 'barkour/course_waypoints.yaml', 'file, or below config/'),
        Setting('scenario', OFFICIAL, 'official takes the file; or rearranged/SEED'),
        Setting('begin', False, 'go at once, where no episodes are begun'),
        Setting(
            'episode_wait',
            1.0,
            'after reset_episode for the episode to run; then it goes on without',
            's',
            (0.0, 60.0),
        ),
        Setting('odometry_timeout', 0.2, 'silence after which rest is asked for', 's', (0.02, 5)),
        Setting('line_gain', 2.5, 'speed back to the line, by distance', '1/s', (0.1, 20.0)),
        Setting('heading_gain', 4.0, 'yaw rate by error of the heading', '1/s', (0.1, 20.0)),
        Setting('braking', 2.5, 'before corners and stops', 'm/s^2', (0.1, 20.0)),
        Setting('corner_speed', 0.5, 'that every corner is taken with', 'm/s', (0.05, 3.0)),
        SENSOR_RELIABILITY,
    ),
)
GAINS = ('line_gain', 'heading_gain', 'braking', 'corner_speed')


class CourseNavigatorNode(LifecycleNode):
    """Answers odometry with velocities and behaviours."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.standing = wires(self)

    @refuses(ContractError, ValueError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Read the waypoints; a file or scenario that cannot be used is refused here."""
        self.settings = read(self, INTERFACE.settings)
        self.waypoints = read_waypoints(find(self.settings['waypoints']))
        self.navigator = self.lead(self.settings['scenario'])
        self.going, self.latched = self.settings['begin'], True
        self.behaviour, self.active = '', -1
        self.awaited, self.awaited_until = '', -math.inf
        self.begin_ns, self.base = -1, None
        self.frame, self.heard = '', -math.inf
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.commands = speak(self, COMMAND)
        self.behaviours = speak(self, BEHAVIOUR)
        listen(self, sensor(ODOM, self.settings[SENSOR_RELIABILITY.name]), self.take_base)
        listen(self, SAFETY, self.take_safety)
        listen(self, EPISODE, self.take_episode)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        self.create_timer(self.settings['odometry_timeout'] / 2, self.watch, clock=self.steady)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Say the behaviour again, whoever heard it before."""
        self.behaviour = ''
        return super().on_activate(state)

    def lead(self, scenario: str) -> CourseNavigator:
        """Lead over the course of a scenario.

        Raises:
            ValueError: there is no such course, or the file lacks a behaviour for it.
        """
        try:
            way = waypoints_of(scenario, self.waypoints)
        except KeyError as error:
            raise SettingError(
                f'no waypoint of {self.settings["waypoints"]} has the behaviour {error}'
            ) from error
        return CourseNavigator(way, **{name: self.settings[name] for name in GAINS})

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Begin at the first waypoint, with the first odometry of the episode."""
        try:
            self.navigator = self.lead(request.scenario or self.settings['scenario'])
        except ValueError as error:
            response.message = str(error)
            return response
        self.going, self.active = True, -1
        self.behaviour, self.base = '', None
        self.awaited = request.episode
        self.awaited_until = self.wall() + self.settings['episode_wait']
        response.success = True
        return response

    def take_safety(self, message: SafetyState) -> None:
        """Note whether motion is permitted."""
        self.latched = message.latched
        self.heartbeat.epoch = message.epoch

    def take_episode(self, message: EpisodeStatus) -> None:
        """Begin when the episode that was announced runs."""
        if message.episode == self.awaited and message.state == EpisodeStatus.RUNNING:
            self.begin_ns, self.awaited = nanoseconds(message.header.stamp), ''
            if self.base is not None:
                self.take_base(self.base)

    def awaits(self, stamp_ns: int) -> bool:
        """Say whether odometry may still be from before the episode."""
        if self.awaited and self.wall() > self.awaited_until:
            self.awaited = ''
        return bool(self.awaited) or 0 <= self.begin_ns - stamp_ns - 1 < NANO

    def take_base(self, message: Odometry) -> None:
        """Answer with a command."""
        base = base_sample(message)
        x, y, _ = base.position
        yaw = yaw_from_quaternion(base.quaternion)
        if not all(map(math.isfinite, (x, y, yaw))):
            self.get_logger().error('odometry is not finite; ignored', throttle_duration_sec=2.0)
            return
        self.heard = self.wall()
        self.frame, self.base = message.child_frame_id, message
        if self.awaits(base.stamp_ns):
            return
        steering = self.navigator.act(x, y, yaw) if self.going and not self.latched else None
        self.say(base.stamp_ns, steering)

    def watch(self) -> None:
        """Ask for rest when odometry has stopped to come."""
        if self.wall() - self.heard > self.settings['odometry_timeout'] and self.frame:
            self.get_logger().warning('asking for rest: no odometry', throttle_duration_sec=2.0)
            self.say(self.get_clock().now().nanoseconds, None)

    def say(self, stamp_ns: int, steering: Steering | None) -> None:
        """Publish a command, or rest; and the behaviour if it changed."""
        message = TwistStamped(header=header(stamp_ns, self.frame))
        behaviour = self.behaviour or self.navigator.waypoints[0].behaviour.name
        if steering is not None:
            message.twist.linear.x, message.twist.linear.y = steering.vx, steering.vy
            message.twist.angular.z = steering.wz
            behaviour = steering.behaviour
            if steering.waypoint != self.active:
                self.active = steering.waypoint
                name = self.navigator.waypoints[self.active].name
                self.get_logger().info(f'to {name}, {behaviour}')
        if behaviour != self.behaviour:
            self.behaviours.publish(String(data=behaviour))
            self.behaviour = behaviour
        self.commands.publish(message)

    def wall(self) -> float:
        """Steady wall time [s]."""
        return self.steady.now().nanoseconds * 1e-9


def find(name: str) -> Path:
    """Find the file of waypoints, by its path or below config/."""
    shipped = [folder / 'config' / name for folder in share_folders()]
    return next((file for file in shipped if file.is_file()), Path(name))


def main() -> None:
    """Run the node."""
    main_of(CourseNavigatorNode)


if __name__ == '__main__':
    main()
