"""The safety controller of an arm: its topics, and the way from messages to its core."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sensor_msgs.msg import JointState, Range
from std_msgs.msg import Bool, Float64
from trajectory_msgs.msg import JointTrajectory

from policy_nodes.contract.samples import JointCommandSample
from policy_nodes.nodes import qos, translate_joints
from policy_nodes.nodes.interface import SENSOR_RELIABILITY, Topic, sensor, speak
from policy_nodes.nodes.safety_inputs import NAMING, locks, proposals
from policy_nodes.nodes.safety_kind import Kind, Take, timed
from policy_nodes.nodes.safety_topics import interface_of
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_controller import ArmSafetyController
from policy_nodes.safety.decision import Decision
from policy_stack.msg import ActionChunk

PROPOSAL = Topic(
    'motion_executor/action_chunk', ActionChunk, qos.COMMAND, 'proposed rows of joint positions'
)
JOINTS = Topic('joint_states', JointState, qos.STREAM, 'measured joints, with their speeds')
DISTANCE = Topic('distance', Range, qos.STREAM, 'to people and things, if parameters ask for it')
OPENING = Topic(
    'motion_executor/gripper_command',
    Float64,
    qos.COMMAND,
    'proposed opening of the gripper, 0 closed to 1 open',
)
GRIPPER = Topic(
    'gripper_command', Float64, qos.COMMAND, 'admitted openings; none while the stop is latched'
)
TRAJECTORY = Topic(
    'joint_trajectory_controller/joint_trajectory',
    JointTrajectory,
    qos.COMMAND,
    'admitted positions, one point a tick; nobody else sends it',
)


class ArmWiring:
    """Commands at every tick; chunks and measurements are taken as they come."""

    state_period = 0.05

    def __init__(self, node: Any, config: ArmSafetyConfig, settings: dict[str, Any]) -> None:
        """Make the core.

        Args:
            node: that talks for it.
            config: of the core.
            settings: values of the interface's settings.
        """
        self.core = ArmSafetyController(config)
        self._gripper = speak(node, GRIPPER)
        self.period = config.tick.period
        self.heartbeats = config.heartbeat.nodes
        self._reliability = settings[SENSOR_RELIABILITY.name]
        self._arbitration = config.arbitration
        self._measures_distance = config.distance.enabled

    def inputs(self) -> Iterable[tuple[Topic, Take]]:
        """Proposals, locks and sensors."""
        found = [
            *proposals(self._arbitration, PROPOSAL, self.take_chunk),
            *locks(self._arbitration, self.take_lock),
            (OPENING, self.take_opening),
            (sensor(JOINTS, self._reliability), self.take_joints),
        ]
        if self._measures_distance:
            found.append((sensor(DISTANCE, self._reliability), self.take_distance))
        return found

    def take_chunk(
        self, source: str, message: ActionChunk, now_ns: int, steady_s: float
    ) -> tuple[()]:
        """Hand a chunk on; the next tick says what became of it."""
        self.core.take_chunk(translate_joints.chunk_sample(message), now_ns, steady_s, source)
        return ()

    def take_lock(self, lock: str, message: Bool, now_ns: int, steady_s: float) -> tuple[()]:
        """Hand a lock on; the next tick holds what it holds back."""
        self.core.take_lock(lock, message.data, steady_s)
        return ()

    def take_opening(self, message: Float64, now_ns: int, steady_s: float) -> tuple[()]:
        """Let an opening pass to the gripper, unless the core is against it."""
        if self.core.take_opening(message.data, now_ns, steady_s) is None:
            self._gripper.publish(message)
        return ()

    def take_joints(self, message: JointState, now_ns: int, steady_s: float) -> tuple[()]:
        """Hand measured joints on."""
        self.core.take_state(translate_joints.joint_state_sample(message), now_ns, steady_s)
        return ()

    def take_distance(self, message: Range, now_ns: int, steady_s: float) -> tuple[()]:
        """Hand a measured distance on."""
        self.core.take_distance(translate_joints.distance_sample(message), now_ns, steady_s)
        return ()

    def tick(self, now_ns: int, steady_s: float) -> list[Decision]:
        """Decide on the command of now."""
        return [timed(self.core.tick, now_ns, steady_s)] if self.core.active else []

    def message(self, command: JointCommandSample) -> JointTrajectory:
        """Write a command."""
        return translate_joints.trajectory_message(command, self.period)

    def forget(self) -> None:
        """Drop nothing: no chunk waits outside of the core."""


ARM = Kind(
    name='arm',
    robot='arm',
    frame='',
    config=ArmSafetyConfig,
    naming=('joints.names', 'capsules.names', *NAMING),
    actuators=TRAJECTORY,
    interface=interface_of(
        'Follows proposed chunks by commands that keep every limit, at every tick. Its parameters '
        'are listed in safety_arm.md.',
        TRAJECTORY,
        (PROPOSAL, OPENING, JOINTS, DISTANCE),
        variant='arm',
        outputs=(GRIPPER,),
    ),
    wire=ArmWiring,
)
