"""Runs a policy of legs: body, joints and ground in, proposed targets with gains out."""

import time
from typing import Any

import numpy as np
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from sensor_msgs.msg import JointState
from std_msgs.msg import String

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.samples import LegCommandSample
from policy_nodes.contract.share import robot_file
from policy_nodes.contract.staleness_monitor import StalenessMonitor
from policy_nodes.nodes import locomotion_topics as topics
from policy_nodes.nodes.heartbeat import HeartbeatPublisher
from policy_nodes.nodes.interface import SENSOR_RELIABILITY, declare, listen, read, sensor, speak
from policy_nodes.nodes.leg_beat import LegBeat
from policy_nodes.nodes.leg_reports import PERIOD, LegReports
from policy_nodes.nodes.locomotion_topics import INTERFACE
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate import NANO, header, nanoseconds
from policy_nodes.nodes.translate_ground import height_field, planar_velocity
from policy_nodes.nodes.translate_joints import imu_sample, leg_command_message, leg_joints_sample
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.policies.locomotion import LegView
from policy_nodes.policies.locomotion_choice import chosen_checkpoints
from policy_stack.msg import EpisodeStatus, PolicyStatus, SafetyState
from policy_stack.srv import ResetEpisode

ACTS = ('blend_in', 'follow', 'hold')  # modes of the safety controller in which the policy acts
TERMS = {'joints': 'joints', 'imu': 'gravity', 'height_scan': 'height_near'}


class LocomotionPolicyNode(LifecycleNode):
    """Gathers one observation, asks the policy, proposes."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.standing = wires(self)

    @refuses(ContractError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Load the policy and hold its contracts against the robot."""
        import torch

        from policy_nodes.policies.locomotion_loading import load_specialists

        self.settings = read(self, INTERFACE.settings)
        torch.set_num_threads(self.settings['threads'])
        chosen = chosen_checkpoints(self.settings['policy'], self.settings['checkpoints'])
        self.policy, checkpoints = load_specialists(self.settings['policy'], chosen)
        interface = RobotInterface.read(robot_file(self.settings['robot']))
        for checkpoint in checkpoints:
            checkpoint.compare(interface).require()
        self.title = ', '.join(checkpoint.name for checkpoint in checkpoints)
        self.fresh = StalenessMonitor(self._bounds())
        self.samples: dict[str, Any] = {}
        self.stamps: dict[str, int] = {}
        self.behaviour, self.mode, self.epoch, self.sequence = '', '', 0, 0
        self.beat, self.reports = LegBeat(), LegReports(self)
        self.epoch_ns = self.turn_ns = self.begin_ns = -1
        self.turn_ends, self.awaited = 0.0, ''
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.proposals, self.statuses = speak(self, topics.PROPOSAL), speak(self, topics.STATUS)
        asked = self.settings[SENSOR_RELIABILITY.name]
        listen(self, sensor(topics.IMU, asked), lambda m: self.take('imu', m, imu_sample(m)))
        listen(
            self,
            sensor(topics.SCAN, asked),
            lambda m: self.take('height_scan', m, height_field(m)),
        )
        listen(self, topics.COMMAND, lambda m: self.take('command', m, planar_velocity(m)))
        listen(self, topics.BEHAVIOUR, self.take_behaviour)
        listen(self, topics.SAFETY, self.take_safety)
        listen(self, topics.EPISODE, self.take_episode)
        listen(self, sensor(topics.JOINTS, asked), self.take_joints)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        self.create_timer(PERIOD, self.reports.tell, clock=self.steady)
        self.waker = self.create_timer(
            max(self.settings['wait'], 0.001), self.look, clock=self.steady
        )
        self.waker.cancel()
        self.get_logger().info(f'{self.settings["policy"]} ({self.title}) is ready')
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin without memory."""
        self.policy.reset()
        return super().on_activate(state)

    def wall(self) -> float:
        """Steady wall time [s]."""
        return self.steady.now().nanoseconds * 1e-9

    def take(self, term: str, message: Any, sample: Any) -> None:
        """Keep the newest sample of a term."""
        self.samples[term] = sample
        self.stamps[term] = nanoseconds(message.header.stamp)
        if term in self.bounds:
            self.fresh.arrived(term, self.stamps[term], self.wall())
        if term != 'joints':
            self.look()

    def take_behaviour(self, message: String) -> None:
        """Keep the behaviour that is asked for, if there is one of that name."""
        known = self.policy.behaviours
        if '' not in known and message.data not in known:
            self.get_logger().error(
                f'there is no behaviour {message.data!r}; known: {", ".join(known)}',
                throttle_duration_sec=2.0,
            )
            return
        self.behaviour = message.data

    def take_safety(self, message: SafetyState) -> None:
        """Arm with the controller's epoch; what began in another one is forgotten."""
        if message.epoch != self.epoch:
            self.epoch_ns = nanoseconds(message.header.stamp)
        if message.epoch != self.epoch or message.mode not in ACTS:
            self.policy.reset()
        self.epoch = self.heartbeat.epoch = message.epoch
        self.mode = message.mode

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Stand until the episode runs."""
        self.awaited = request.episode
        response.success = True
        return response

    def take_episode(self, message: EpisodeStatus) -> None:
        """Begin anew with the first measurement of the episode that was announced."""
        if self.awaited and message.episode == self.awaited and message.state == message.RUNNING:
            self.begin_ns, self.awaited = nanoseconds(message.header.stamp), ''
            self.look()

    def take_joints(self, message: JointState) -> None:
        """Answer a measurement when its turn has come."""
        at = nanoseconds(message.header.stamp)
        self.take('joints', message, leg_joints_sample(message))
        # what is older than the epoch would be refused
        if 0 <= self.epoch_ns - at < NANO or not self.beat.turn(at):
            return
        self.turn_ns, self.turn_ends = at, self.wall() + self.settings['wait']
        self.waker.reset()
        self.look()

    def look(self) -> None:
        """Propose once everything of the time of the turn is there, or was waited for."""
        if self.turn_ns < 0 or (self.is_behind() and self.wall() < self.turn_ends):
            return
        self.waker.cancel()
        at, self.turn_ns = self.turn_ns, -1
        self.propose(at)

    def is_behind(self) -> bool:
        """Whether a sample of the time of the turn may still come."""
        at = self.turn_ns
        awaited = [term for term in self.bounds if term != 'joints']
        if at - self.stamps.get('command', -NANO) < self.settings['command_timeout'] * NANO:
            awaited.append('command')
        return bool(self.awaited) or any(self.stamps.get(term, -1) < at for term in awaited)

    def propose(self, at: int) -> None:
        """Ask the policy, or propose to stand, or nothing where it cannot be asked."""
        began = time.perf_counter()
        now_ns = self.get_clock().now().nanoseconds
        missing = [str(term) for term in self.fresh.stale(now_ns, self.wall())]
        if not missing:
            try:
                self.proposals.publish(leg_command_message(self._answer(at, now_ns)))
            except ValueError as error:
                # samples that lack a joint or are not finite
                missing = [str(error)]
        if missing:
            words = '; '.join(missing)
            self.get_logger().warning(f'proposing nothing: {words}', throttle_duration_sec=2.0)
        spent = (time.perf_counter() - began) * 1e3
        if not missing:
            self.reports.proposed(spent)
        self.sequence += 1
        self.statuses.publish(
            PolicyStatus(
                header=header(at, ''),
                policy=self.settings['policy'],
                checkpoint=self.title,
                epoch=self.epoch,
                sequence=self.sequence,
                inference_ms=spent,
                observation_age_ms=self.fresh.oldest_age_s(now_ns) * 1e3,
                missing=missing,
            )
        )

    def _answer(self, at: int, now_ns: int) -> LegCommandSample:
        names = self.policy.names
        if 0 <= self.begin_ns <= at:
            self.policy.reset()
            self.begin_ns = -1
        if self.mode not in ACTS or self.awaited:
            lead = next(iter(self.policy.policies.values()))
            return LegCommandSample(at, names, self.policy.stand, lead.kp, lead.kd)
        joints, imu = self.samples['joints'], self.samples['imu']
        velocity, stamp = self.samples.get('command', (np.zeros(3), now_ns))
        if abs(now_ns - stamp) > self.settings['command_timeout'] * NANO:
            velocity = np.zeros(3)
        view = LegView(
            imu.quaternion,
            float(imu.angular_velocity[2]),
            velocity,
            joints.names,
            joints.position,
            self.samples.get('height_scan'),
        )
        targets = self.policy.act(view, self.behaviour)
        self.reports.obeyed(velocity, self.policy.obeyed(velocity))
        if not np.isfinite(targets.position).all():
            self.policy.reset()
            raise ValueError('the targets are not finite, since a measurement is not')
        return LegCommandSample(at, names, *targets)

    def _bounds(self) -> dict[str, float | None]:
        """Greatest age of each message that the policy cannot do without [s]."""
        self.bounds: dict[str, float | None] = {}
        for policy in self.policy.policies.values():
            terms = {term.name: term.stale_after_s for term in policy.contract.observations}
            for message, term in TERMS.items():
                if term in terms:
                    known = [self.bounds.get(message), terms[term]]
                    self.bounds[message] = min((b for b in known if b is not None), default=None)
        return self.bounds


def main() -> None:
    """Run the node."""
    main_of(LocomotionPolicyNode)


if __name__ == '__main__':
    main()
