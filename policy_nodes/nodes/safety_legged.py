"""The safety controller of legs: its topics, and the way from messages to its core."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sensor_msgs.msg import Imu, JointState, Range, Temperature
from std_msgs.msg import Bool

from policy_nodes.contract.samples import LegCommandSample, LegTemperaturesSample
from policy_nodes.nodes import qos, translate_joints
from policy_nodes.nodes.interface import SENSOR_RELIABILITY, Setting, Topic, sensor
from policy_nodes.nodes.safety_inputs import NAMING, locks, proposals
from policy_nodes.nodes.safety_kind import Kind, Take, timed
from policy_nodes.nodes.safety_topics import interface_of
from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.safety.decision import Decision
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_controller import LeggedSafetyController
from policy_stack.msg import JointCommand

PROPOSAL = Topic(
    'locomotion_policy/joint_command',
    JointCommand,
    qos.COMMAND,
    'proposed positions, kp and kd; velocities and efforts do not reach the legs',
)
IMU = Topic('imu', Imu, qos.STREAM, 'attitude and acceleration of the body')
JOINTS = Topic('joint_states', JointState, qos.STREAM, 'measured joints, with their torques')
CONTACTS = Topic('foot_contacts', JointState, qos.STREAM, 'force on each foot, as effort [N]')
HEIGHT = Topic('body_height', Range, qos.STREAM, 'of the body above the ground beneath it')
TEMPERATURES = Topic(
    'joint_temperatures', Temperature, qos.SENSOR_IN, 'of one joint, whose name is the frame'
)
COMMAND = Topic(
    'joint_command', JointCommand, qos.COMMAND, 'admitted targets and gains; nobody else sends it'
)

CONTACT_FORCE = Setting(
    'contact_force', 5.0, 'from which on a foot touches', 'N', (0.1, 1000.0), read_only=True
)


class TemperatureRounds:
    """Gathers the temperatures of single joints to samples of all of them."""

    def __init__(self, names: Sequence[str]) -> None:
        """Wait for these joints."""
        self._names = tuple(names)
        self._round: dict[str, tuple[int, float]] = {}

    def take(self, message: Temperature) -> LegTemperaturesSample | None:
        """Take one joint; returns a sample once every joint has spoken since the last one."""
        name = message.header.frame_id
        if name not in self._names:
            return None
        stamp_ns = nanoseconds(message.header.stamp)
        self._round[name] = stamp_ns, float(message.temperature)
        if len(self._round) < len(self._names):
            return None
        heard, self._round = [self._round[name] for name in self._names], {}
        oldest = min(at for at, _ in heard)
        return LegTemperaturesSample(oldest, self._names, np.array([value for _, value in heard]))


class LeggedWiring:
    """Commands at every tick; proposals and measurements are taken as they come."""

    state_period = 0.05

    def __init__(self, node: Any, config: LeggedSafetyConfig, settings: dict[str, Any]) -> None:
        """Make the core.

        Args:
            node: that talks for it.
            config: of the core.
            settings: values of the interface's settings.
        """
        self.core = LeggedSafetyController(config)
        self.period = config.stop.period
        self.heartbeats = config.heartbeat.nodes
        self._reliability = settings[SENSOR_RELIABILITY.name]
        self._force = settings[CONTACT_FORCE.name]
        self._arbitration = config.arbitration
        self._temperatures = TemperatureRounds(config.joints.names)

    def inputs(self) -> Iterable[tuple[Topic, Take]]:
        """Proposals, locks and sensors; of those not required, what comes is judged too."""
        asked = self._reliability
        return (
            *proposals(self._arbitration, PROPOSAL, self.take_proposal),
            *locks(self._arbitration, self.take_lock),
            (sensor(IMU, asked), self.take_imu),
            (sensor(JOINTS, asked), self.take_joints),
            (sensor(CONTACTS, asked), self.take_contacts),
            (sensor(HEIGHT, asked), self.take_height),
            (TEMPERATURES, self.take_temperature),
        )

    def take_proposal(
        self, source: str, message: JointCommand, now_ns: int, steady_s: float
    ) -> tuple[()]:
        """Hand a proposal on; the next tick says what became of it."""
        sample = translate_joints.leg_command_sample(message)
        self.core.take_proposal(sample, now_ns, steady_s, source)
        return ()

    def take_lock(self, lock: str, message: Bool, now_ns: int, steady_s: float) -> tuple[()]:
        """Hand a lock on; the next tick holds what it holds back."""
        self.core.take_lock(lock, message.data, steady_s)
        return ()

    def take_imu(self, message: Imu, now_ns: int, steady_s: float) -> tuple[()]:
        """Hand attitude and acceleration on."""
        self.core.take_imu(translate_joints.imu_sample(message), now_ns, steady_s)
        return ()

    def take_joints(self, message: JointState, now_ns: int, steady_s: float) -> tuple[()]:
        """Hand measured joints on."""
        self.core.take_joints(translate_joints.leg_joints_sample(message), now_ns, steady_s)
        return ()

    def take_contacts(self, message: JointState, now_ns: int, steady_s: float) -> tuple[()]:
        """Hand contacts on."""
        sample = translate_joints.contacts_sample(message, self._force)
        self.core.take_contacts(sample, now_ns, steady_s)
        return ()

    def take_height(self, message: Range, now_ns: int, steady_s: float) -> tuple[()]:
        """Hand the height of the body on."""
        self.core.take_height(translate_joints.height_sample(message), now_ns, steady_s)
        return ()

    def take_temperature(self, message: Temperature, now_ns: int, steady_s: float) -> tuple[()]:
        """Hand temperatures on, once all are known."""
        sample = self._temperatures.take(message)
        if sample is not None:
            self.core.take_temperatures(sample, now_ns, steady_s)
        return ()

    def tick(self, now_ns: int, steady_s: float) -> list[Decision]:
        """Decide what the joints do until the next tick."""
        return [timed(self.core.tick, now_ns, steady_s)] if self.core.active else []

    def message(self, command: LegCommandSample) -> JointCommand:
        """Write a command."""
        return translate_joints.leg_command_message(command)

    def forget(self) -> None:
        """Drop nothing: no proposal waits outside of the core."""


LEGGED = Kind(
    name='legged',
    robot='legs',
    frame='',
    config=LeggedSafetyConfig,
    naming=NAMING,
    actuators=COMMAND,
    interface=interface_of(
        'Turns proposals into joint targets and gains that keep every limit, at every tick. It '
        'damps joints until a reset, then stands up, blends in and follows; a stop holds, sits '
        'down and damps. Its parameters are listed in safety_legged.md.',
        COMMAND,
        (PROPOSAL, IMU, JOINTS, CONTACTS, HEIGHT, TEMPERATURES),
        (CONTACT_FORCE,),
        variant='legged',
    ),
    wire=LeggedWiring,
)
