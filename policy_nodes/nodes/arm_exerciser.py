"""Waves the joints of an arm: stands in for a policy where there is no task."""

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
from policy_nodes.policies.joint_waves import JointWaves
from policy_stack.msg import ActionChunk, SafetyState

JOINTS = Topic('joint_states', JointState, qos.STREAM, 'measured joints')
SAFETY = Topic('safety_controller/state', SafetyState, qos.LATCHED, 'epoch, and whether latched')
PROPOSAL = Topic('~/action_chunk', ActionChunk, qos.COMMAND, 'proposed joint positions')

INTERFACE = NodeInterface(
    name='arm_exerciser',
    purpose='Goes to a pose and waves all joints about it, slowly. Launch files call it '
    'motion_executor, whose place it takes. Each proposal answers a fresh measurement; it '
    'proposes to stay while the safety controller is latched, and begins anew with each of its '
    'epochs.',
    publishes=(PROPOSAL, HEARTBEAT),
    subscribes=(JOINTS, SAFETY),
    settings=(
        Setting('joints', [''], 'names, in the order of the safety controller'),
        Setting('home', [0.0], 'middle of the waves of each joint', 'rad'),
        Setting('amplitude', [0.0], 'of the waves of each joint', 'rad'),
        Setting('period', [1.0], 'of the waves of each joint', 's'),
        Setting('speed', 0.3, 'greatest on the way to that pose', 'rad/s', (0.01, 2.0)),
        Setting('tolerance', 0.03, 'off its wave by more, the arm begins anew', 'rad', (0.001, 1)),
        Setting('rows', 25, 'of a proposal', range=(1, 200)),
        Setting('dt', 0.04, 'time between rows', 's', (0.005, 0.5)),
        Setting('interval', 0.2, 'time between proposals', 's', (0.005, 2.0)),
        SENSOR_RELIABILITY,
    ),
)
STALE_NS = 1_000_000_000
WAVES = ('home', 'amplitude', 'period', 'speed', 'tolerance', 'rows', 'dt')


class ArmExerciser(LifecycleNode):
    """Answers joint states with chunks."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.standing = wires(self)

    @refuses(ValueError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Prepare the waves; lengths that differ are refused here."""
        self.settings = read(self, INTERFACE.settings)
        self.names = list(self.settings['joints'])
        if len(self.names) != len(self.settings['home']):
            raise ValueError('joints and home have to be of one length')
        self.waves = JointWaves(**{name: self.settings[name] for name in WAVES})
        self.latched, self.epoch, self.sequence = True, 0, 0
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
        self.waves.reset()
        return super().on_activate(state)

    def take_safety(self, message: SafetyState) -> None:
        """Arm with the controller's epoch; what was planned in another one is forgotten."""
        if message.epoch != self.epoch:
            self.waves.reset()
            self.sequence = 0
            self.epoch_ns = nanoseconds(message.header.stamp)
        self.epoch = self.heartbeat.epoch = message.epoch
        self.latched = message.latched

    def take_joints(self, message: JointState) -> None:
        """Answer a measurement if the last answer is old enough."""
        at = nanoseconds(message.header.stamp)
        went = (at - self.answered_ns) * 1e-9
        # what is older than the epoch would be refused; after time jumped back all is news
        if 0 <= self.epoch_ns - at < STALE_NS or 0.0 <= went < self.settings['interval']:
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
        rows = self.waves.stay(measured) if self.latched else self.waves.act(at, measured)
        self.sequence += 1
        self.proposals.publish(
            ActionChunk(
                header=header(at, ''),
                epoch=self.epoch,
                sequence=self.sequence,
                kind='position',
                names=self.names,
                dt=self.waves.dt,
                horizon=len(rows),
                values=rows.reshape(-1).tolist(),
            )
        )


def main() -> None:
    """Run the node."""
    main_of(ArmExerciser)


if __name__ == '__main__':
    main()
