"""Brings an arm to key poses, by chunks of joint positions for the safety controller."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64

from policy_nodes.evaluation.motion_setup import build, execution_settings
from policy_nodes.motion.asked import AskedKeyPose
from policy_nodes.motion.execution import KeyPoseExecution
from policy_nodes.motion.outcome import Outcome, OutcomeState
from policy_nodes.motion.planner import Plan
from policy_nodes.motion.refusals import Refusal
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
from policy_nodes.nodes.motion_messages import asked_key_pose, measured, result_message
from policy_nodes.nodes.motion_settings import ARM_SETTINGS, EXECUTION_SETTINGS
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate import header, nanoseconds
from policy_nodes.nodes.wiring import take_down, wires
from policy_stack.msg import ActionChunk, KeyPose, KeyPoseResult, SafetyState
from policy_stack.srv import ResetEpisode

KEY_POSE = Topic('key_pose', KeyPose, qos.STREAM, 'where the tip is to go next')
JOINTS = Topic('joint_states', JointState, qos.STREAM, 'measured joints')
SAFETY = Topic('safety_controller/state', SafetyState, qos.LATCHED, 'epoch, and whether latched')
PROPOSAL = Topic('~/action_chunk', ActionChunk, qos.COMMAND, 'proposed joint positions')
GRIPPER = Topic('~/gripper_command', Float64, qos.COMMAND, 'proposed opening, 0 closed to 1 open')
RESULT = Topic('~/result', KeyPoseResult, qos.LATCHED, 'what became of each key pose')

INTERFACE = NodeInterface(
    name='motion_executor',
    purpose='Plans a way to each key pose that keeps limits and touches nothing, proposes it to '
    'the safety controller, then an opening of the gripper. A key pose that cannot be reached is '
    'refused with a reason. A stop ends the key pose: after the reset it waits for a fresh one.',
    publishes=(PROPOSAL, GRIPPER, RESULT, HEARTBEAT),
    subscribes=(KEY_POSE, JOINTS, SAFETY),
    services=(('~/reset_episode', ResetEpisode, 'give up the key pose; another episode begins'),),
    settings=(
        *ARM_SETTINGS,
        *EXECUTION_SETTINGS,
        Setting('interval', 0.1, 'time between proposals', 's', (0.005, 0.9)),
        SENSOR_RELIABILITY,
    ),
)
STALE_NS = 1_000_000_000


class MotionExecutor(LifecycleNode):
    """Answers joint states with chunks; plans in a thread of its own, and beats meanwhile."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.standing = wires(self)
        self.planning: ThreadPoolExecutor | None = None

    @refuses(ValueError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Build arm and scene; what makes no sense is refused here."""
        self.settings = read(self, INTERFACE.settings)
        self.names = list(self.settings['joints'])
        self.fingers = [name for name in self.settings['fingers'] if name]
        self.planner, arm = build(self.settings)
        self.planning = ThreadPoolExecutor(max_workers=1, thread_name_prefix='planning')
        self.execution = KeyPoseExecution(arm, self.plan, execution_settings(self.settings))
        self.sequence, self.epoch_ns, self.answered_ns = 0, -1, -1
        self.proposals = speak(self, PROPOSAL)
        self.gripper = speak(self, GRIPPER)
        self.results = speak(self, RESULT)
        listen(self, KEY_POSE, self.take_key_pose)
        listen(self, sensor(JOINTS, self.settings[SENSOR_RELIABILITY.name]), self.take_joints)
        listen(self, SAFETY, self.take_safety)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        self.stop_planning()
        return super().on_cleanup(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Give up the key pose; the arm stops because proposals end."""
        self.report(self.execution.abandon('The motion executor was deactivated.'))
        return super().on_deactivate(state)

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Give up the key pose of the episode before, so that none is planned anew in the next."""
        self.report(self.execution.begin_episode())
        response.success = True
        return response

    def farewell(self) -> None:
        """Let go of the planner."""
        self.stop_planning()

    def stop_planning(self) -> None:
        """Plan nothing more."""
        if self.planning is not None:
            self.planning.shutdown(wait=False, cancel_futures=True)
            self.planning = None

    def plan(self, start: object, asked: AskedKeyPose) -> Future[Plan | Refusal]:
        """Begin to plan."""
        assert self.planning is not None
        return self.planning.submit(self.planner.plan, start, asked.key_pose)

    def now_ns(self) -> int:
        """Time of the node clock."""
        return self.get_clock().now().nanoseconds

    def take_safety(self, message: SafetyState) -> None:
        """Arm with the controller's epoch; a stop ends the key pose."""
        at = nanoseconds(message.header.stamp)
        if message.epoch != self.execution.epoch:
            self.sequence, self.epoch_ns = 0, at
        self.heartbeat.epoch = message.epoch
        self.report(
            self.execution.take_safety(message.epoch, message.latched, at, message.reasons)
        )

    def take_key_pose(self, message: KeyPose) -> None:
        """Begin to plan, or say why not."""
        self.report(self.execution.take_key_pose(asked_key_pose(message), self.now_ns()))

    def take_joints(self, message: JointState) -> None:
        """Answer a measurement; proposals go out at their interval."""
        at = nanoseconds(message.header.stamp)
        positions = measured(message, self.names)
        if positions is None:
            self.get_logger().error(
                'a joint state lacks joints or is not finite; not answered',
                throttle_duration_sec=2.0,
            )
            return
        fingers = measured(message, self.fingers) if self.fingers else None
        answer = self.execution.take_joints(at, positions, fingers)
        self.report(answer.outcome)
        if answer.gripper is not None:
            self.gripper.publish(Float64(data=answer.gripper))
        went = (at - self.answered_ns) * 1e-9
        # what is older than the epoch would be refused; after time jumped back all is news
        early = 0.0 <= went < self.settings['interval'] and not answer.begins
        if early or went == 0.0 or 0 <= self.epoch_ns - at < STALE_NS:
            return
        self.answered_ns = at
        self.sequence += 1
        self.proposals.publish(
            ActionChunk(
                header=header(at, ''),
                epoch=self.execution.epoch,
                sequence=self.sequence,
                kind='position',
                names=self.names,
                dt=self.settings['dt'],
                horizon=len(answer.rows),
                values=answer.rows.reshape(-1).tolist(),
            )
        )

    def report(self, outcome: Outcome | None) -> None:
        """Publish news of a key pose, and log what went wrong."""
        if outcome is None:
            return
        self.results.publish(result_message(outcome, self.now_ns()))
        if outcome.refusal is not None:
            verb = 'refused' if outcome.state is OutcomeState.REFUSED else 'given up'
            reason, words = outcome.refusal
            self.get_logger().warning(
                f'key pose {outcome.asked.sequence} {verb}: {reason.value}. {words}'
            )


def main() -> None:
    """Run the node."""
    main_of(MotionExecutor)


if __name__ == '__main__':
    main()
