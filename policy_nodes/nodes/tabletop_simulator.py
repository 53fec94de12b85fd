"""Simulates a Panda with a task on its table behind the topics of a real one."""

from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rosgraph_msgs.msg import Clock as ClockMessage
from std_msgs.msg import Float64
from trajectory_msgs.msg import JointTrajectory

from policy_nodes.nodes import tabletop_topics as topics
from policy_nodes.nodes.heartbeat import HeartbeatPublisher
from policy_nodes.nodes.interface import announce, declare, listen, read, speak
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.tabletop_sensors import WORLD, TabletopSensors
from policy_nodes.nodes.tabletop_topics import INTERFACE, NOISE
from policy_nodes.nodes.trajectory_end import trajectory_end
from policy_nodes.nodes.translate import NANO, header, nanoseconds, stamp
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.policies.manipulation_words import GIVEN_UP
from policy_nodes.simulation.joints.pace import RealTimePace
from policy_nodes.simulation.tabletop.cameras import Cameras
from policy_nodes.simulation.tabletop.episode_draw import draw_episode
from policy_nodes.simulation.tabletop.gl_backend import DrawingError
from policy_nodes.simulation.tabletop.joint_targets import JointTargets
from policy_nodes.simulation.tabletop.panda_model import HOME, JOINTS
from policy_nodes.simulation.tabletop.randomisation import Randomisation
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import PERIOD, TabletopWorld
from policy_stack.msg import EpisodeStatus, PolicyStatus, TaskGoal
from policy_stack.srv import ResetEpisode

PERIOD_NS = round(PERIOD * NANO)
HEARING = 0.5  # [s]


class TabletopSimulator(LifecycleNode):
    """Publishes joints and images, takes trajectory points and openings, keeps time."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        # time goes on from episode to episode, so that nobody sees it jump back
        self.time_ns = PERIOD_NS
        self.active = False
        self.running = False
        self.cameras: Cameras | None = None
        self.standing = wires(self)

    @refuses(ValueError, DrawingError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Build the first scene; unknown tasks and a machine that cannot draw are refused."""
        self.settings = given = read(self, INTERFACE.settings)
        self.changes = Randomisation(
            **{
                name.removeprefix(NOISE): value
                for name, value in given.items()
                if name.startswith(NOISE)
            }
        )
        self.cameras = Cameras()
        self.request = ResetEpisode.Request(scenario=given['scenario'])
        self.place(self.request)
        if given['camera_rate'] > 0.0:
            self.world.images()  # loading takes longest, and must not hold up an episode
        self.clock = announce(self, topics.CLOCK)
        self.episodes = announce(self, topics.EPISODE)
        self.goals = speak(self, topics.GOAL)
        self.sensors = TabletopSensors(self)
        listen(self, topics.COMMAND, self.take_command)
        listen(self, topics.GRIPPER, self.take_opening)
        listen(self, topics.STATUS, self.take_status)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        self.pace = RealTimePace(PERIOD, given['speed'])
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(1.0 / given['rate'], self.pump, clock=self.steady)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        self.farewell()
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

    def farewell(self) -> None:
        """Give back what images are drawn with."""
        if self.cameras is not None:
            self.cameras.close()
            self.cameras = None

    def abort(self) -> None:
        """End the running episode, if any, without a result."""
        if self.running:
            self.publish_episode(EpisodeStatus.ABORTED)
            self.running = False

    def place(self, request: ResetEpisode.Request) -> None:
        """Build the scene of an episode, with the arm at rest in it.

        Raises:
            ValueError: unknown task or variation.
        """
        name, _, variation = (request.scenario or self.settings['scenario']).partition('/')
        if variation and not variation.isdecimal():
            raise ValueError(
                f'scenario {request.scenario!r}: the variation after / has to be a number from 0'
            )
        task = make_task(name)
        wanted = int(variation) if variation else None
        self.drawn = draw_episode(task, request.seed, request.index, wanted)
        self.world = TabletopWorld(
            task,
            seed=self.drawn.seed,
            variation=self.drawn.variation,
            randomisation=self.changes,
            cameras=self.cameras,
        )
        self.targets, self.opening = JointTargets(HOME), 1.0
        self.began_ns = self.frames_due_ns = self.time_ns
        self.given_up, self.waited = False, 0.0

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Begin an episode."""
        if not self.active:
            response.message = 'the simulator is not active; activate it first'
            return response
        self.abort()
        try:
            self.place(request)
        except ValueError as error:
            response.message = str(error)
            return response
        self.request, self.running = request, True
        task = self.world.task
        self.sensors.forget()
        self.sensors.publish_mounts(self.world, self.time_ns)
        self.goals.publish(
            TaskGoal(
                header=header(self.time_ns, WORLD),
                task=task.name,
                instruction=task.instruction(self.drawn.variation, self.drawn.wording),
            )
        )
        self.publish_episode(EpisodeStatus.RUNNING)
        self.publish()
        response.success = True
        return response

    def take_command(self, message: JointTrajectory) -> None:
        """Go to the last point of a trajectory of all joints."""
        try:
            self.targets.go(*trajectory_end(message, JOINTS))
        except ValueError as error:
            self.get_logger().error(f'{error}; ignored', throttle_duration_sec=2.0)

    def take_opening(self, message: Float64) -> None:
        """Open or close the fingers."""
        if not 0.0 <= message.data <= 1.0:
            words = f'an opening of {message.data} is not from 0 to 1; ignored'
            self.get_logger().error(words, throttle_duration_sec=2.0)
            return
        self.opening = message.data

    def take_status(self, message: PolicyStatus) -> None:
        """End an episode that the policy has given up; what it said of others comes too late."""
        at = nanoseconds(message.header.stamp)
        if message.words.startswith(GIVEN_UP) and at > self.began_ns:
            self.given_up = True

    def pump(self) -> None:
        """Let as much time go on as went on the wall, then publish."""
        steps = self.pace.due(self.steady.now().nanoseconds * 1e-9)
        for _ in range(steps):
            self.world.step(self.targets.step(PERIOD), self.opening)
            self.time_ns += PERIOD_NS
            if self.running:
                self.judge()
        if steps:
            self.publish()

    def judge(self) -> None:
        """End the episode when its task is done or its time is over."""
        if self.world.task.succeeded:
            self.publish_episode(EpisodeStatus.SUCCEEDED)
            self.running = False
        elif self.world.time >= self.settings['time_limit']:
            self.publish_episode(EpisodeStatus.TIMEOUT)
            self.running = False
        elif self.given_up:
            # everybody else is to hear the reason first
            self.waited += PERIOD
            if self.waited >= HEARING:
                self.abort()

    def publish(self) -> None:
        """Publish the time first, then what the sensors say at that time."""
        self.clock.publish(ClockMessage(clock=stamp(self.time_ns)))
        if not self.active:
            return
        self.sensors.publish_joints(self.world, self.time_ns)
        rate = self.settings['camera_rate']
        if rate > 0.0 and self.time_ns >= self.frames_due_ns:
            self.frames_due_ns = self.time_ns + round(NANO / rate)
            self.sensors.look(self.world, self.time_ns)
        self.sensors.draw_next(self.world)

    def publish_episode(self, state: int) -> None:
        """Say how the episode stands."""
        self.episodes.publish(
            EpisodeStatus(
                header=header(self.time_ns, WORLD),
                episode=self.request.episode,
                index=self.request.index,
                scenario=self.request.scenario or self.settings['scenario'],
                seed=self.request.seed,
                state=state,
                step=round(self.world.time / PERIOD),
                elapsed=self.world.time,
            )
        )


def main() -> None:
    """Run the node."""
    main_of(TabletopSimulator)


if __name__ == '__main__':
    main()
