"""Runs a policy of legs: body, joints and ground in, proposed targets with gains out."""

import time
from typing import Any

import numpy as np
from geometry_msgs.msg import TwistStamped
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import String

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.samples import LegCommandSample
from policy_nodes.contract.share import robot_file
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
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate import NANO, header, nanoseconds
from policy_nodes.nodes.translate_ground import height_field, planar_velocity
from policy_nodes.nodes.translate_joints import imu_sample, leg_command_message, leg_joints_sample
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.policies.locomotion import LegView
from policy_nodes.policies.locomotion_names import LOCOMOTION
from policy_stack.msg import HeightScan, JointCommand, PolicyStatus, SafetyState

JOINTS = Topic('joint_states', JointState, qos.STREAM, 'measured joints')
IMU = Topic('imu', Imu, qos.STREAM, 'attitude and rates of the body')
SCAN = Topic('height_scan', HeightScan, qos.STREAM, 'ground relative to the body')
COMMAND = Topic(
    'course_navigator/command', TwistStamped, qos.COMMAND, 'velocity to walk with, in base_link'
)
BEHAVIOUR = Topic('course_navigator/behaviour', String, qos.LATCHED, 'which specialist acts')
SAFETY = Topic('safety_controller/state', SafetyState, qos.LATCHED, 'epoch, and what legs do')
PROPOSAL = Topic('~/joint_command', JointCommand, qos.COMMAND, 'proposed targets and gains')
STATUS = Topic('~/status', PolicyStatus, qos.SENSOR_OUT, 'latency, and which terms are missing')

INTERFACE = NodeInterface(
    name='locomotion_policy',
    purpose='Answers joint states at 50 Hz with targets and gains. It proposes to stand until the '
    'safety controller blends in or follows, and begins anew with each of its epochs. Without a '
    'fresh command it stands on the spot; without fresh joints, attitude or, where the policy '
    'reads it, ground it proposes nothing, so that the safety controller holds. It refuses to '
    'configure when a checkpoint and the robot disagree.',
    publishes=(PROPOSAL, STATUS, HEARTBEAT),
    subscribes=(JOINTS, IMU, SCAN, COMMAND, BEHAVIOUR, SAFETY),
    settings=(
        Setting('robot', 'barkour', 'robot whose interface the checkpoints are held against'),
        Setting('policy', 'specialists', 'which policy', choices=tuple(LOCOMOTION)),
        Setting(
            'checkpoints',
            [''],
            'names or folders instead of the shipped ones: BEHAVIOUR=FOLDER of specialists, '
            'FOLDER of a policy that serves all',
        ),
        Setting('command_timeout', 0.5, 'a command so old asks for nothing', 's', (0.02, 10.0)),
        SENSOR_RELIABILITY,
        Setting('threads', 1, 'of torch', range=(1, 64)),
    ),
)
PERIOD_NS = NANO // 50
EARLY_NS = NANO // 1000  # a measurement by so much before its turn is answered all the same
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
        chosen = _chosen(self.settings['checkpoints'])
        self.policy, checkpoints = load_specialists(self.settings['policy'], chosen)
        interface = RobotInterface.read(robot_file(self.settings['robot']))
        for checkpoint in checkpoints:
            checkpoint.compare(interface).require()
        self.title = ', '.join(checkpoint.name for checkpoint in checkpoints)
        self.fresh = StalenessMonitor(self._bounds())
        self.samples: dict[str, Any] = {}
        self.behaviour, self.mode, self.epoch, self.sequence = '', '', 0, 0
        self.due_ns = self.epoch_ns = -1
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.proposals, self.statuses = speak(self, PROPOSAL), speak(self, STATUS)
        asked = self.settings[SENSOR_RELIABILITY.name]
        listen(self, sensor(IMU, asked), lambda m: self.take('imu', m, imu_sample(m)))
        listen(self, sensor(SCAN, asked), lambda m: self.take('height_scan', m, height_field(m)))
        listen(self, COMMAND, lambda m: self.take('command', m, planar_velocity(m)))
        listen(self, BEHAVIOUR, self.take_behaviour)
        listen(self, SAFETY, self.take_safety)
        listen(self, sensor(JOINTS, asked), self.take_joints)
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
        if term in self.bounds:
            self.fresh.arrived(term, nanoseconds(message.header.stamp), self.wall())

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

    def take_joints(self, message: JointState) -> None:
        """Answer a measurement when its turn has come."""
        at = nanoseconds(message.header.stamp)
        self.take('joints', message, leg_joints_sample(message))
        # what is older than the epoch would be refused; after time jumped back all is news
        if 0 <= self.epoch_ns - at < NANO or -NANO < at + EARLY_NS - self.due_ns < 0:
            return
        late = at - self.due_ns
        # turns keep their beat, unless one was missed
        self.due_ns = (self.due_ns if 0 <= late < PERIOD_NS else at) + PERIOD_NS
        self.propose(at)

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
        self.sequence += 1
        self.statuses.publish(
            PolicyStatus(
                header=header(at, ''),
                policy=self.settings['policy'],
                checkpoint=self.title,
                epoch=self.epoch,
                sequence=self.sequence,
                inference_ms=(time.perf_counter() - began) * 1e3,
                observation_age_ms=self.fresh.oldest_age_s(now_ns) * 1e3,
                missing=missing,
            )
        )

    def _answer(self, at: int, now_ns: int) -> LegCommandSample:
        names = self.policy.names
        if self.mode not in ACTS:
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


def _chosen(entries: list[str]) -> dict[str, str]:
    """Read BEHAVIOUR=FOLDER, or FOLDER alone."""
    pairs = (entry.rpartition('=') for entry in entries if entry)
    return {behaviour: folder for behaviour, _, folder in pairs}


def main() -> None:
    """Run the node."""
    main_of(LocomotionPolicyNode)


if __name__ == '__main__':
    main()
