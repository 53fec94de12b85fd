"""Runs a manipulation policy: images and an instruction in, key poses out."""

from concurrent.futures import Future
from typing import Any

from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.nodes import manipulation_topics as topics
from policy_nodes.nodes.heartbeat import HeartbeatPublisher
from policy_nodes.nodes.interface import SENSOR_RELIABILITY, declare, listen, read
from policy_nodes.nodes.manipulation_loading import load_for_arm, thinking_of
from policy_nodes.nodes.manipulation_senses import ManipulationSenses
from policy_nodes.nodes.manipulation_topics import INTERFACE
from policy_nodes.nodes.manipulation_voice import ManipulationVoice
from policy_nodes.nodes.policy_memory import PolicyMemory
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.policies.manipulation_session import ManipulationSession
from policy_nodes.policies.no_answer import NoAnswerError
from policy_nodes.policies.sam2act_contract import WORLD
from policy_nodes.policies.sam2act_run import row_of
from policy_nodes.policies.sam2act_thinking import Thought
from policy_stack.msg import EpisodeStatus, KeyPoseResult, SafetyState, TaskGoal
from policy_stack.srv import ResetEpisode


class ManipulationPolicyNode(LifecycleNode):
    """Gathers one observation, lets the policy think in its thread, and beats meanwhile."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.standing = wires(self)
        self.thinking: Any = None
        self.active = False

    @refuses(ContractError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Load the policy and hold its contract against the robot."""
        given = read(self, INTERFACE.settings)
        self.loaded = load_for_arm(given)
        self.loaded.require(RobotInterface.read(robot_file(given['robot'])))
        self.loaded.warm_up()
        self.thinking = thinking_of(self.loaded)
        self.thought: Future[Thought] | None = None
        self.why, self.result = '', None
        self.session = ManipulationSession(
            patience=given['patience'], settle=given['settle'], episodes=given['episodes']
        )
        asked = given[SENSOR_RELIABILITY.name]
        self.senses = ManipulationSenses(self, self.loaded, self.session, asked)
        self.voice = ManipulationVoice(self, self.loaded)
        self.memory = PolicyMemory(self, given['policy'], self.loaded.window, WORLD)
        listen(self, topics.GOAL, self.take_goal)
        listen(self, topics.EPISODE, self.take_episode)
        listen(self, topics.SAFETY, self.take_safety)
        listen(self, topics.RESULT, self.take_result)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(topics.LOOK, self.serve, clock=steady)
        self.create_timer(topics.TELL, self.tell, clock=steady)
        self.get_logger().info(f'{self.loaded.title} is ready')
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        self.farewell()
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Ask the memory bank whether an episode is under way."""
        self.active = True
        self.session.start()
        self.memory.ask()
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Ask for nothing more."""
        self.active, self.thought = False, None
        self.memory.cancel()
        return super().on_deactivate(state)

    def farewell(self) -> None:
        """Let go of the thread."""
        if self.thinking is not None:
            self.thinking.close()
            self.thinking = None

    def now_ns(self) -> int:
        """Time of the node clock."""
        return self.get_clock().now().nanoseconds

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Forget the episode and what was seen in it."""
        self.session.begin(request.episode)
        self.forget()
        response.success = True
        return response

    def forget(self) -> None:
        """Let memory and policy begin an episode; the thread ends for itself what it thinks of."""
        self.thought, self.why = None, ''
        if self.thinking is not None:
            self.thinking.reset()
        self.memory.begin()
        self.senses.forget()

    def take_goal(self, message: TaskGoal) -> None:
        """Note what is to be done."""
        at = nanoseconds(message.header.stamp)
        if self.session.take_goal(message.instruction, at):
            self.forget()
        self.senses.arrived('instruction', at)

    def take_episode(self, message: EpisodeStatus) -> None:
        """Note whether an episode runs."""
        if self.session.take_episode(message.episode, message.state == EpisodeStatus.RUNNING):
            self.forget()

    def take_safety(self, message: SafetyState) -> None:
        """Arm with the controller's epoch."""
        self.heartbeat.epoch = message.epoch
        at = nanoseconds(message.header.stamp)
        self.session.take_safety(message.epoch, message.latched, at)

    def take_result(self, message: KeyPoseResult) -> None:
        """Note what became of a key pose."""
        self.result: KeyPoseResult | None = message
        number, turns = message.sequence, self.session.turns
        if turns.pending is not None and number == turns.pending.sequence:
            self.session.heard(nanoseconds(message.header.stamp))
        if message.state == KeyPoseResult.ACCEPTED:
            return
        reached = message.state == KeyPoseResult.REACHED
        if turns.heard(number, reached=reached, reason=message.reason, words=message.words):
            self.note_end('reached' if reached else f'not reached: {message.words}')

    def note_end(self, how: str) -> None:
        """Log how a key pose ended, and whether the episode is given up with it."""
        turns = self.session.turns
        self.get_logger().info(f'key pose {turns.step} of {self.session.episode}: {how}')
        if turns.over:
            self.give_up(turns.over)

    def give_up(self, why: str) -> None:
        """Ask for nothing more in this episode."""
        self.session.turns.over = why
        self.get_logger().error(f'{self.session.episode} is given up: {why}')
        self.why = self.session.obstacle()
        self.tell()

    def serve(self) -> None:
        """Take the next step that is due."""
        if not self.active or self.thinking is None:
            return
        self.voice.show()
        self.conclude(self.thinking)
        if self.session.unknown:
            self.resume(self.thinking)
        self.why = self.session.obstacle()
        if self.why or self.thought is not None:
            return
        turns = self.session.turns
        if turns.pending is None:
            seen = self.senses.look()
            self.thought = None if seen is None else self.thinking.think(seen)
        elif turns.silent(self.session.stood(self.now_ns())):
            self.note_end('nothing was heard of it')

    def resume(self, thinking: Any) -> None:
        """Go on where a process before stopped, as far as the memory bank knows."""
        recalled, session = self.memory.recalled, self.session
        if recalled is None or not session.running:
            return
        if not session.resume(recalled):
            thinking.reset()
            return
        step, kept = session.turns.step, len(recalled.memories)
        thinking.recall(recalled.memories, step).add_done_callback(self.check_recall)
        words = f'goes on after key pose {step}, with {kept} steps remembered'
        self.get_logger().warning(f'{session.episode} {words}')
        if self.result is not None:
            # it may have come before anybody knew that it is awaited
            self.take_result(self.result)

    def check_recall(self, future: Future[None]) -> None:
        """Give the episode up if its memory cannot be used; the thread calls this."""
        error = None if future.cancelled() else future.exception()
        if error is not None:
            self.session.turns.over = f'what the memory bank holds cannot be used: {error}'
            self.get_logger().error(self.session.turns.over)

    def conclude(self, thinking: Any) -> None:
        """Ask for the key pose that the policy has thought of; first it is remembered.

        A process that dies in between does not ask for the same step again.
        """
        if self.thought is None or not self.thought.done():
            return
        future, self.thought = self.thought, None
        error, session = future.exception(), self.session
        if isinstance(error, ContractError | NoAnswerError):
            # nothing to be seen, or nobody there: perhaps with the next image
            self.get_logger().error(str(error), throttle_duration_sec=2.0)
        elif error is not None:
            self.give_up(str(error))
        elif session.running and not session.turns.over:
            # also while motion is not permitted: the policy has made its step
            thought, refused = future.result(), session.turns.refused
            turn = session.turns.ask(thought.observation.stamp_ns)
            row = row_of(thought.key_pose)
            self.memory.write(session.episode, turn, refused, row, thought.memory)
            self.voice.say(thought, turn)
            if self.voice.wants_views:
                self.voice.draws(thought, thinking.draw())

    def tell(self) -> None:
        """Say why nothing is asked for, if something stands in the way."""
        missing = [] if self.why or self.thought else self.senses.missing
        if self.active and (self.why or missing):
            session = self.session
            number = session.turns.sequence
            self.voice.wait(self.now_ns(), session.epoch, number, self.why, missing)


def main() -> None:
    """Run the node."""
    main_of(ManipulationPolicyNode)


if __name__ == '__main__':
    main()
