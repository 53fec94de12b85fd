"""Simulates a TurtleBot in a crowd behind the topics of a real one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from geometry_msgs.msg import TwistStamped
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rosgraph_msgs.msg import Clock as ClockMessage
from tf2_msgs.msg import TFMessage

from policy_nodes.contract.samples import BaseSample
from policy_nodes.nodes import crowd_topics as topics
from policy_nodes.nodes import obstacle_markers
from policy_nodes.nodes.crowd_topics import INTERFACE
from policy_nodes.nodes.heartbeat import HeartbeatPublisher
from policy_nodes.nodes.interface import announce, declare, listen, read, speak
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.simulated_episode import episode_of
from policy_nodes.nodes.step_clock import StepClock
from policy_nodes.nodes.translate import header, stamp
from policy_nodes.nodes.translate_base import (
    goal_message,
    odometry_message,
    scan_message,
    transform_message,
    twist_sample,
)
from policy_nodes.nodes.translate_clouds import points_message
from policy_nodes.nodes.translate_people import detections_message, people_message
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.simulation.crowd.detector import PersonDetector
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.robot import STEP_NS, CrowdRobot
from policy_nodes.simulation.crowd.world import TIME_STEP
from policy_stack.msg import EpisodeStatus
from policy_stack.srv import ResetEpisode

PAUSE_NS = 1_000_000_000  # after which the recording of an episode is closed


class CrowdSimulator(LifecycleNode):
    """Publishes sensors, takes commands, keeps time."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        # time goes on from episode to episode, so that nobody sees it jump back
        self.time_ns = STEP_NS
        self.robot: CrowdRobot | None = None
        self.base: BaseSample | None = None
        self.command = (0.0, 0.0)
        self.command_ns = -1
        self.active = False
        self.standing = wires(self)

    @refuses(ValueError, OSError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Read parameters; an unknown scenario or unreadable folder is refused here."""
        self.settings = read(self, INTERFACE.settings)
        episode_of(self.settings['scenario'], Path(self.settings['people']), 0, 0)
        # time and episodes are announced in every state: others wait for them
        self.clock = announce(self, topics.CLOCK)
        self.episodes = announce(self, topics.EPISODE)
        self.scans = speak(self, topics.SCAN)
        self.odometry = speak(self, topics.ODOM)
        self.transforms = speak(self, topics.TF)
        self.detections = speak(self, topics.DETECTIONS)
        self.points = speak(self, topics.POINTS)
        self.people = speak(self, topics.PEOPLE)
        self.goals = speak(self, topics.GOAL)
        self.obstacles = speak(self, topics.OBSTACLES)
        listen(self, topics.CMD_VEL, self.take_command)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.steps = StepClock(
            TIME_STEP / self.settings['speed'],
            self.settings['grace'] if self.settings['lockstep'] else 0.0,
        )
        self.steady = steady
        self.create_timer(0.005, self.pump, clock=steady)
        self.create_timer(0.1, self.announce_time, clock=steady)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take episodes from now on."""
        self.active = True
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """End the running episode."""
        self.abort()
        self.active = False
        return super().on_deactivate(state)

    def abort(self) -> None:
        """End the running episode, if any, without a result."""
        if self.robot is not None:
            self.publish_episode(EpisodeStatus.ABORTED)
            self.robot = None

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Begin an episode: everything is published once, then time runs."""
        if not self.active:
            response.message = 'the simulator is not active; activate it first'
            return response
        self.abort()
        try:
            scenario = request.scenario or self.settings['scenario']
            folder = Path(self.settings['people'])
            episode = episode_of(scenario, folder, request.seed, request.index)
            chosen = {
                name.removeprefix('detector.'): value
                for name, value in self.settings.items()
                if name.startswith('detector.')
            }
            lidar = {
                name.removeprefix('lidar.'): value
                for name, value in self.settings.items()
                if name.startswith('lidar.')
            }
            self.robot = CrowdRobot(
                episode,
                start_ns=self.time_ns,
                rays=self.settings['rays'],
                range_noise=self.settings['range_noise'],
                detector=PersonDetector(**chosen),
                lidar=lidar if lidar['beams'] else None,
            )
        except (ValueError, OSError, RuntimeError) as error:
            response.message = str(error)
            return response
        self.request = request
        self.scenario = scenario
        self.command, self.command_ns = (0.0, 0.0), -1
        self.obstacles.publish(obstacle_markers.of(self.robot.world.episodes, self.time_ns))
        self.goals.publish(goal_message(self.robot.read().goal))
        self.publish_episode(EpisodeStatus.RUNNING)
        self.sense()
        self.steps.begin(self.wall())
        response.success = True
        return response

    def wall(self) -> float:
        """Steady wall time [s]."""
        return self.steady.now().nanoseconds * 1e-9

    def announce_time(self) -> None:
        """Repeat the time for nodes that came late; between episodes it goes on by itself."""
        if self.robot is None:
            self.time_ns += STEP_NS
        self.clock.publish(ClockMessage(clock=stamp(self.time_ns)))
        since_end = 0 if self.base is None else self.time_ns - self.base.stamp_ns
        if self.robot is None and since_end > PAUSE_NS:
            # wheels tell that they stand also when no episode runs: a stop is confirmed by that
            stands = replace(self.base, stamp_ns=self.time_ns, v=0.0, w=0.0)
            self.odometry.publish(odometry_message(stands))

    def take_command(self, message: TwistStamped) -> None:
        """Keep the newest command and step if this one was waited for."""
        command = twist_sample(message)
        if not np.isfinite((*command.linear, *command.angular)).all():
            self.get_logger().error('a command is not finite; ignored', throttle_duration_sec=2.0)
            return
        self.command = (float(command.linear[0]), float(command.angular[2]))
        self.command_ns = command.stamp_ns
        self.pump()

    def pump(self) -> None:
        """Step when it is time, and the command is there or has been waited for long enough."""
        if self.robot is None:
            return
        answered = self.command_ns >= self.robot.time_ns
        if not self.steps.due(self.wall(), answered):
            return
        age = (self.robot.time_ns - self.command_ns) * 1e-9
        fresh = self.command_ns >= 0 and age <= self.settings['cmd_vel_timeout']
        v, w = self.command if fresh else (0.0, 0.0)
        outcome = self.robot.advance(v, w)
        self.time_ns = self.robot.time_ns
        if outcome == RUNNING:
            self.publish_episode(EpisodeStatus.RUNNING)
            self.sense()
            return
        self.clock.publish(ClockMessage(clock=stamp(self.time_ns)))
        self.publish_episode(outcome)
        self.robot = None

    def sense(self) -> None:
        """Publish the time first, then what the sensors say at that time."""
        samples = self.robot.read()
        self.clock.publish(ClockMessage(clock=stamp(self.time_ns)))
        self.transforms.publish(TFMessage(transforms=[transform_message(samples.base)]))
        self.base = samples.base
        self.odometry.publish(odometry_message(samples.base))
        self.people.publish(people_message(samples.people))
        if samples.points is not None:
            self.points.publish(points_message(samples.points))
        self.scans.publish(scan_message(samples.laser, TIME_STEP))
        self.detections.publish(detections_message(samples.detections))

    def publish_episode(self, state: int) -> None:
        """Say how the episode stands."""
        robot = self.robot
        self.episodes.publish(
            EpisodeStatus(
                header=header(self.time_ns, 'odom'),
                episode=self.request.episode,
                index=self.request.index,
                scenario=self.scenario,
                seed=self.request.seed,
                state=state,
                step=robot.step,
                elapsed=robot.step * TIME_STEP,
            )
        )


def main() -> None:
    """Run the node."""
    main_of(CrowdSimulator)


if __name__ == '__main__':
    main()
