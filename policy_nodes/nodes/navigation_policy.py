"""Runs a navigation policy: observations in, proposed velocities out."""

import time
from typing import Any

from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from sensor_msgs.msg import LaserScan

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.staleness_monitor import StalenessMonitor
from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT, HeartbeatPublisher
from policy_nodes.nodes.interface import (
    SENSOR_RELIABILITY,
    NodeInterface,
    Setting,
    Topic,
    declare,
    listen,
    read,
    sensor,
    speak,
)
from policy_nodes.nodes.navigation_loading import load_navigation, navigator_of
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate import header, nanoseconds, tensor_message
from policy_nodes.nodes.translate_base import base_sample, goal_sample, scan_sample, twist_message
from policy_nodes.nodes.translate_people import people_sample
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.perception.static_scan import StaticScan
from policy_nodes.policies.loading import POLICIES
from policy_nodes.policies.no_answer import NoAnswerError
from policy_nodes.serving.names import REMOTE, SERVER
from policy_stack.msg import PolicyStatus, SafetyState, TaskGoal, Tensor, TrackedPersons
from policy_stack.srv import ResetEpisode

SCAN = Topic('scan', LaserScan, qos.STREAM, 'lidar, people included')
ODOM = Topic('odom', Odometry, qos.STREAM, 'pose and twist')
PEOPLE = Topic('tracked_people', TrackedPersons, qos.STREAM, 'tracked people')
GOAL = Topic('goal', TaskGoal, qos.LATCHED, 'where to go')
SAFETY = Topic('safety_controller/state', SafetyState, qos.LATCHED, 'epoch, and whether latched')
PROPOSAL = Topic('~/cmd_vel', TwistStamped, qos.COMMAND, 'proposed velocity')
STATUS = Topic('~/status', PolicyStatus, qos.SENSOR_OUT, 'latency, and which terms are missing')
ATTENTION = Topic('~/attention', Tensor, qos.SENSOR_OUT, 'weight of each person, nearest first')

INTERFACE = NodeInterface(
    name='navigation_policy',
    purpose='Answers each scan with one proposal, once odometry and people of the same time are '
    'there. It proposes rest while the safety controller is latched, at the goal, and while a '
    'term is stale; it refuses to configure when the checkpoint and the robot disagree. The '
    'policy remote asks a server of `policy-stack serve`; where no answer comes in time it '
    'proposes nothing, so that the safety controller stops the robot.',
    publishes=(PROPOSAL, STATUS, ATTENTION, HEARTBEAT),
    subscribes=(SCAN, ODOM, PEOPLE, GOAL, SAFETY),
    services=(('~/reset_episode', ResetEpisode, 'forget the episode'),),
    settings=(
        Setting('robot', 'turtlebot', 'robot whose interface the checkpoint is held against'),
        Setting('policy', 'height', 'which policy', choices=(*POLICIES, REMOTE)),
        Setting('checkpoint', '', 'name or folder; empty takes the shipped one for the scenario'),
        Setting('scenario', 'rand', 'that the shipped checkpoint is chosen for'),
        Setting('v_min', -0.5, 'slowest velocity to propose', 'm/s', (-2.0, 0.0)),
        Setting('wait', 0.05, 'for odometry and people of a scan, in wall time', 's', (0.0, 1.0)),
        Setting('people_memory', 0.55, 'act on people unseen for so long', 's', (0.0, 10.0)),
        Setting(
            'arrival_slack',
            0.0,
            'more time since an observation arrived than its contract allows; for simulators that '
            'wait for the policy. Ages by stamp stay as they are',
            's',
            (0.0, 60.0),
        ),
        Setting('server', SERVER, 'of the policy remote'),
        Setting(
            'server_token',
            '',
            'file with its token; empty takes POLICY_STACK_TOKEN, else the usual file',
        ),
        Setting('server_wait', 0.08, 'for its answer to a scan', 's', (0.005, 0.4)),
        SENSOR_RELIABILITY,
        Setting('threads', 1, 'of torch', range=(1, 64)),
    ),
)


class NavigationPolicyNode(LifecycleNode):
    """Gathers one observation, asks the policy, proposes."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.standing = wires(self)

    @refuses(ContractError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Load the policy and hold its contract against the robot."""
        import torch

        self.settings = read(self, INTERFACE.settings)
        torch.set_num_threads(self.settings['threads'])
        self.loaded = load_navigation(self.settings)
        self.navigator = navigator_of(self.loaded, self.settings)
        self.static_scan = StaticScan()
        self.fresh = StalenessMonitor(self.loaded.staleness)
        self.samples: dict[str, Any] = {}
        self.latched, self.epoch, self.sequence = True, 0, 0
        self.waiting_since: float | None = None
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.proposals = speak(self, PROPOSAL)
        self.statuses = speak(self, STATUS)
        self.attention = speak(self, ATTENTION)
        asked = self.settings[SENSOR_RELIABILITY.name]
        listen(self, sensor(SCAN, asked), lambda m: self.take('scan', m, scan_sample(m)))
        listen(self, sensor(ODOM, asked), lambda m: self.take('odometry', m, base_sample(m)))
        listen(self, PEOPLE, self.take_people)
        listen(self, GOAL, self.take_goal)
        listen(self, SAFETY, self.take_safety)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        self.create_timer(0.01, self.serve, clock=self.steady)
        self.get_logger().info(f'{self.loaded.title} is ready')
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        self.loaded.close()
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin without memory."""
        self.navigator.reset()
        return super().on_activate(state)

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Forget the episode: memory, asked velocity, the static world, and old observations."""
        self.navigator.reset()
        self.static_scan.reset()
        self.samples.clear()
        self.fresh.forget()
        self.waiting_since = None
        response.success = True
        return response

    def wall(self) -> float:
        """Steady wall time [s]."""
        return self.steady.now().nanoseconds * 1e-9

    def take(self, term: str, message: Any, sample: Any) -> None:
        """Keep the newest sample of a term; a scan asks for an answer."""
        self.samples[term] = sample
        self.fresh.arrived(term, nanoseconds(message.header.stamp), self.wall())
        if term == 'scan':
            self.waiting_since = self.wall()
        self.serve()

    def take_people(self, message: TrackedPersons) -> None:
        """Keep people who were seen not too long ago."""
        known = [p for p in message.persons if p.unseen <= self.settings['people_memory']]
        message.persons = known
        self.take('people', message, people_sample(message))

    def take_goal(self, message: TaskGoal) -> None:
        """Keep the goal."""
        self.take('goal', message, goal_sample(message))

    def take_safety(self, message: SafetyState) -> None:
        """Arm with the controller's epoch; after a reset the policy begins anew."""
        if message.epoch != self.epoch:
            self.navigator.reset()
        self.epoch = self.heartbeat.epoch = message.epoch
        self.latched = message.latched

    def serve(self) -> None:
        """Answer the newest scan once the rest of its time is there, or has been waited for."""
        if self.waiting_since is None:
            return
        at = self.samples['scan'].stamp_ns
        behind = [
            term
            for term in ('odometry', 'people', 'goal')
            if term not in self.samples or (term != 'goal' and self.samples[term].stamp_ns < at)
        ]
        if behind and self.wall() - self.waiting_since < self.settings['wait']:
            return
        self.waiting_since = None
        self.propose()

    def propose(self) -> None:
        """Ask the policy, or propose rest where it must not be asked."""
        began = time.perf_counter()
        now_ns = self.get_clock().now().nanoseconds
        stale = self.fresh.stale(now_ns, self.wall() - self.settings['arrival_slack'])
        at = self.samples['scan'].stamp_ns
        proposal = self.navigator.rest(at)
        missing = [term.name for term in stale]
        if stale:
            words = '; '.join(str(term) for term in stale)
            self.get_logger().warning(f'proposing rest: {words}', throttle_duration_sec=2.0)
        elif not self.latched:
            base, people = self.samples['odometry'], self.samples['people']
            try:
                still = self.static_scan.update(self.samples['scan'], base, people)
                proposal = self.navigator.act(base, self.samples['goal'], people, still.ranges)
            except NoAnswerError as error:
                # silence, so that the safety controller stops by its own time-out
                missing = [str(error)]
                words = f'proposing nothing: {error}'
                self.get_logger().warning(words, throttle_duration_sec=2.0)
            except ValueError as error:
                # samples that contradict each other or make no sense
                self.get_logger().error(f'proposing rest: {error}', throttle_duration_sec=2.0)
        if stale or not missing:
            self.proposals.publish(twist_message(proposal))
        self.sequence += 1
        age = self.fresh.oldest_age_s(now_ns)
        self.statuses.publish(
            PolicyStatus(
                header=header(at, proposal.frame),
                policy=self.settings['policy'],
                checkpoint=self.loaded.checkpoint_name,
                epoch=self.epoch,
                sequence=self.sequence,
                inference_ms=(time.perf_counter() - began) * 1e3,
                observation_age_ms=age * 1e3,
                missing=missing,
            )
        )
        weights = self.loaded.attention()
        if weights is not None:
            self.attention.publish(tensor_message('robot_human', weights, at, proposal.frame))


def main() -> None:
    """Run the node."""
    main_of(NavigationPolicyNode)


if __name__ == '__main__':
    main()
