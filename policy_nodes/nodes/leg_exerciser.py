"""Sways a body on four legs: stands in for a policy where there is no task."""

import numpy as np
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from sensor_msgs.msg import JointState

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
from policy_nodes.nodes.translate import header, nanoseconds
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.policies.body_sway import BodySway
from policy_stack.msg import JointCommand, SafetyState

JOINTS = Topic('joint_states', JointState, qos.STREAM, 'measured joints')
SAFETY = Topic('safety_controller/state', SafetyState, qos.LATCHED, 'epoch, and whether latched')
PROPOSAL = Topic('~/joint_command', JointCommand, qos.COMMAND, 'proposed targets and gains')

INTERFACE = NodeInterface(
    name='leg_exerciser',
    purpose='Proposes the pose of standing, and once the legs stand, to sway about it. Launch '
    'files call it locomotion_policy, whose place it takes. Each proposal answers a fresh '
    'measurement; it proposes to stand while the safety controller is latched, and begins anew '
    'with each of its epochs.',
    publishes=(PROPOSAL, HEARTBEAT),
    subscribes=(JOINTS, SAFETY),
    settings=(
        Setting('joints', [''], 'names, in the order of the safety controller'),
        Setting('stand', [0.0], 'pose of standing', 'rad'),
        Setting('kp', 35.0, 'stiffness of all joints', 'Nm/rad', (0.0, 500.0)),
        Setting('kd', 0.65, 'damping of all joints', 'Nm s/rad', (0.0, 50.0)),
        Setting('bob', 0.08, 'how far hips bend to go up and down', 'rad', (0.0, 0.5)),
        Setting('roll', 0.05, 'how far hips bend against the other side', 'rad', (0.0, 0.5)),
        Setting('pitch', 0.05, 'how far hips bend against the other end', 'rad', (0.0, 0.5)),
        Setting('period', 4.0, 'of going up and down', 's', (0.5, 60.0)),
        Setting('interval', 0.02, 'time between proposals', 's', (0.002, 1.0)),
        SENSOR_RELIABILITY,
    ),
)
SWAY = ('bob', 'roll', 'pitch', 'period')
STALE_NS = 1_000_000_000
EARLY = 0.001  # [s] a measurement by so much before its turn is answered all the same


class LegExerciser(LifecycleNode):
    """Answers joint states with joint commands."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.standing = wires(self)

    @refuses(ValueError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Prepare the swaying; a pose that is none of four legs is refused here."""
        self.settings = read(self, INTERFACE.settings)
        self.names = list(self.settings['joints'])
        if len(self.names) != len(self.settings['stand']):
            raise ValueError('joints and stand have to be of one length')
        self.sway = BodySway(
            self.settings['stand'], **{name: self.settings[name] for name in SWAY}
        )
        self.latched, self.epoch = True, 0
        self.answered_ns = self.epoch_ns = -1
        self.proposals = speak(self, PROPOSAL)
        asked = self.settings[SENSOR_RELIABILITY.name]
        listen(self, sensor(JOINTS, asked), self.take_joints)
        listen(self, SAFETY, self.take_safety)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin without memory."""
        self.sway.reset()
        return super().on_activate(state)

    def take_safety(self, message: SafetyState) -> None:
        """Arm with the controller's epoch; what began in another one is forgotten."""
        if message.epoch != self.epoch:
            self.epoch_ns = nanoseconds(message.header.stamp)
        if message.epoch != self.epoch or message.latched:
            self.sway.reset()
        self.epoch = self.heartbeat.epoch = message.epoch
        self.latched = message.latched

    def take_joints(self, message: JointState) -> None:
        """Answer a measurement if the last answer is old enough."""
        at = nanoseconds(message.header.stamp)
        went = (at - self.answered_ns) * 1e-9 + EARLY
        # what is older than the epoch would be refused; after time jumped back all is news
        if 0 <= self.epoch_ns - at < STALE_NS or EARLY <= went < self.settings['interval']:
            return
        found = dict(zip(message.name, message.position, strict=False))
        measured = np.array([found.get(name, np.nan) for name in self.names])
        if not np.isfinite(measured).all():
            self.get_logger().error(
                'a joint state lacks joints or is not finite; not answered',
                throttle_duration_sec=2.0,
            )
            return
        self.answered_ns = at
        target = self.sway.stand if self.latched else self.sway.act(at, measured)
        still = [0.0] * len(self.names)
        self.proposals.publish(
            JointCommand(
                header=header(at, ''),
                names=self.names,
                position=target.tolist(),
                velocity=still,
                effort=still,
                kp=[self.settings['kp']] * len(self.names),
                kd=[self.settings['kd']] * len(self.names),
            )
        )


def main() -> None:
    """Run the node."""
    main_of(LegExerciser)


if __name__ == '__main__':
    main()
