"""Simulates a Barkour on its course behind the topics of a real one."""

from pathlib import Path

import numpy as np
from geometry_msgs.msg import Twist
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rosgraph_msgs.msg import Clock as ClockMessage
from std_msgs.msg import String

from policy_nodes.nodes import barkour_topics as topics
from policy_nodes.nodes.barkour_sensors import ODOM, BarkourSensors
from policy_nodes.nodes.barkour_topics import CAMERA, GRID, INTERFACE, NOISE, group
from policy_nodes.nodes.heartbeat import HeartbeatPublisher
from policy_nodes.nodes.interface import announce, declare, listen, read, speak
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate import NANO, header, nanoseconds, stamp
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.simulation.barkour.course import NOT_TO_TOUCH
from policy_nodes.simulation.barkour.episode import RUNNING, EpisodeWatch, episode_seed
from policy_nodes.simulation.barkour.grounds import ground_of
from policy_nodes.simulation.barkour.legged_robot import ModelFileError
from policy_nodes.simulation.barkour.randomisation import CONDITIONS_BY_NAME, Randomisation
from policy_nodes.simulation.barkour.rays import DepthCamera, HeightGrid
from policy_nodes.simulation.barkour.robot_file import read_robot
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.simulation.barkour.world import BarkourWorld
from policy_nodes.simulation.joints.pace import RealTimePace
from policy_stack.msg import EpisodeStatus, JointCommand
from policy_stack.srv import ResetEpisode

ROWS = ('position', 'kp', 'kd', 'effort')
UPRIGHT = 0.8  # height of the body's unit vector up, from which its joints stay at a new episode
STANDS = 0.6  # [rad] from the stand, within which a new episode begins with it
BEAT_NS = NANO // 50  # of policies


class BarkourSimulator(LifecycleNode):
    """Publishes IMU, joints, odometry, ground and depth, takes joint commands, keeps time."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        # time goes on from episode to episode, so that nobody sees it jump back
        self.time_ns = BEAT_NS
        self.active = False
        self.watch: EpisodeWatch | None = None
        self.standing = wires(self)

    @refuses(ValueError, OSError, ModelFileError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Build ground and robot; unknown grounds and absent models are refused here."""
        self.settings = given = read(self, INTERFACE.settings)
        named = CONDITIONS_BY_NAME[given['conditions']]
        self.changes = Randomisation(**group(given, NOISE)) if named == Randomisation() else named
        grid, camera = group(given, GRID), group(given, CAMERA)
        rates = {'odom': given['odom_rate'], 'feet': given['feet_rate']}
        rates |= {'scan': grid.pop('rate'), 'depth': camera.pop('rate')}
        self.request = ResetEpisode.Request()
        self.scenario, self.world = '', None
        self.robot = read_robot(Path(given['robot'])) if given['robot'] else BARKOUR
        self.drives_off()
        self.place(given['scenario'], 0)
        self.clock = announce(self, topics.CLOCK)
        self.episodes = announce(self, topics.EPISODE)
        self.sensors = BarkourSensors(self, HeightGrid(**grid), DepthCamera(**camera), rates)
        self.touches = speak(self, topics.TOUCHED)
        listen(self, topics.COMMAND, self.take_command)
        listen(self, topics.PUSH, self.take_push)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        period = self.world.period
        self.pace = RealTimePace(period, given['speed'], early=0.5 * period)
        self.asked_ns = self.answered_ns = -1
        self.asked_at = 0.0
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(max(period / given['speed'], 0.001), self.pump, clock=self.steady)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Publish sensors and take episodes from now on."""
        self.active = True
        result = super().on_activate(state)
        self.sensors.publish_mounts(self.world, self.time_ns)
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """End the running episode."""
        self.abort()
        self.active = False
        return super().on_deactivate(state)

    def abort(self) -> None:
        """End the running episode, if any, without a result."""
        if self.watch is not None:
            self.publish_episode(EpisodeStatus.ABORTED)
            self.watch = None

    def drives_off(self) -> None:
        """Hold nothing until a command comes."""
        self.command = np.zeros((len(ROWS), len(self.robot.joints)))

    def place(self, scenario: str, seed: int) -> None:
        """Put the robot where an episode starts.

        Raises:
            ValueError: unknown ground, or a rate that the solver cannot keep.
        """
        joints = self.begins_with()
        if scenario != self.scenario:
            self.world = BarkourWorld(
                ground_of(scenario),
                seed=seed,
                randomisation=self.changes,
                robot=self.robot,
                solver=self.settings['solver'],
                period=1.0 / self.settings['rate'],
            )
            self.scenario = scenario
        self.world.reset(seed, joints)
        self.told: set[str] = set()

    def begins_with(self) -> np.ndarray:
        """Joints of a new episode [rad]: the stand, what they are, or those of a rest."""
        stand = np.array(self.robot.stand)
        if self.world is None or self.world.up() < UPRIGHT:
            return np.array(self.robot.fold)
        pose = self.world.pose()
        return stand if np.abs(pose - stand).max() < STANDS else pose

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Begin an episode."""
        if not self.active:
            response.message = 'the simulator is not active; activate it first'
            return response
        self.abort()
        scenario = request.scenario or self.settings['scenario']
        try:
            self.place(scenario, episode_seed(request.seed, request.index))
        except ValueError as error:
            response.message = str(error)
            return response
        self.request = request
        self.watch = EpisodeWatch(self.world, self.settings['time_limit'])
        # what was measured before is of another time
        self.time_ns += BEAT_NS
        self.sensors.publish_mounts(self.world, self.time_ns)
        self.publish_episode(EpisodeStatus.RUNNING)
        self.publish()
        response.success = True
        return response

    def take_command(self, message: JointCommand) -> None:
        """Hold joints by the gains of a command that names all of them."""
        names = self.robot.joints
        rows = [getattr(message, name) for name in ROWS]
        if sorted(message.names) != sorted(names) or any(len(row) != len(names) for row in rows):
            self.complain('a command is for other joints than those of the legs')
            return
        values = np.array(rows, dtype=np.float64)
        if not np.isfinite(values).all():
            self.complain('a command holds values that are not finite')
            return
        self.command = values[:, [message.names.index(name) for name in names]]
        self.answered_ns = nanoseconds(message.header.stamp)

    def take_push(self, message: Twist) -> None:
        """Push the body."""
        linear = message.linear.x, message.linear.y, message.linear.z
        angular = message.angular.x, message.angular.y, message.angular.z
        if not np.isfinite((*linear, *angular)).all():
            self.complain(f'nobody can push by {linear} and {angular}')
            return
        self.world.push(linear, angular)

    def complain(self, what: str) -> None:
        """Log what is ignored."""
        self.get_logger().error(f'{what}; ignored', throttle_duration_sec=2.0)

    def pump(self) -> None:
        """Let as much time go on as went on the wall, then publish."""
        now = self.steady.now().nanoseconds * 1e-9
        if self.answered_ns < self.asked_ns and now < self.asked_at + self.settings['grace']:
            return
        steps = self.pace.due(now)
        if self.settings['grace'] > 0.0:
            steps = min(steps, 1)
        state = RUNNING
        for _ in range(steps):
            self.world.step(*self.command)
            self.time_ns += round(self.world.period * NANO)
            self.tell_touches()
            if self.watch is not None and (state := self.watch.look()) != RUNNING:
                break
        if steps:
            self.publish()
        # after what was measured then, so that a scorer has all of it
        self.judge(state)

    def tell_touches(self) -> None:
        """Say once an episode what was touched that must not be."""
        for kind in sorted((self.world.touched & NOT_TO_TOUCH) - self.told):
            self.told.add(kind)
            self.touches.publish(String(data=kind))

    def judge(self, state: int) -> None:
        """End the episode when it is over."""
        if state != RUNNING:
            self.publish_episode(state)
            self.watch = None
            if self.world.up() < UPRIGHT:
                # as a person would put it back; else nobody could permit motion again
                self.place(self.scenario, self.world.seed)

    def publish(self) -> None:
        """Publish the time first, then what the sensors say at that time."""
        self.clock.publish(ClockMessage(clock=stamp(self.time_ns)))
        if self.active:
            lost = self.get_parameter('lost').value
            self.sensors.publish(self.world, self.time_ns, lost)
        if self.watch is not None and self.time_ns % BEAT_NS == 0:
            self.asked_ns, self.asked_at = self.time_ns, self.steady.now().nanoseconds * 1e-9

    def publish_episode(self, state: int) -> None:
        """Say how the episode stands."""
        self.episodes.publish(
            EpisodeStatus(
                header=header(self.time_ns, ODOM),
                episode=self.request.episode,
                index=self.request.index,
                scenario=self.scenario,
                seed=self.request.seed,
                state=state,
                step=round(self.world.time / self.world.period),
                elapsed=self.world.time,
            )
        )


def main() -> None:
    """Run the node."""
    main_of(BarkourSimulator)


if __name__ == '__main__':
    main()
