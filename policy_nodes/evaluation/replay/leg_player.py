"""Plays a bag to a policy of legs and to the very safety controller of legs, in bag time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.samples import LegCommandSample
from policy_nodes.evaluation.message_arrays import NANO, stamp_ns
from policy_nodes.evaluation.replay import leg_samples
from policy_nodes.evaluation.replay.action import Answer
from policy_nodes.evaluation.replay.bag import Bag, BagMessage
from policy_nodes.evaluation.replay.bag_samples import Word
from policy_nodes.evaluation.replay.episode_log import EpisodeLog
from policy_nodes.evaluation.replay.leg_policy import LegPolicy
from policy_nodes.evaluation.replay.role_topics import RoleTopics
from policy_nodes.evaluation.replay.safety_tally import SafetyTally
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_controller import LeggedSafetyController

RUNNING = 1  # policy_stack/EpisodeStatus


class LegPlayer:
    """One replay; without a policy the recorded proposals go to the safety controller.

    Attributes:
        refused: messages that could not be used, by role.
    """

    def __init__(
        self,
        bag: Bag,
        topics: RoleTopics,
        config: LeggedSafetyConfig,
        policy: LegPolicy | None,
        log: EpisodeLog | None,
    ) -> None:
        """Look whether the bag has what the map names.

        Args:
            bag: to play.
            topics: what is what in it.
            config: parameters of the controller.
            policy: that proposes; the recorded proposals if None.
            log: of the policy's answers.

        Raises:
            RecordingError: a topic is not there, or of another type.
        """
        bag.require(topics.wanted())
        self.refused: Counter[str] = Counter()
        self._bag, self._topics, self._config = bag, topics, config
        self._policy, self._log = policy, log
        self._core = LeggedSafetyController(config)
        self._tally = SafetyTally()
        self._roles = topics.role_of()
        self._start_ns, self._end_ns = bag.span_ns
        self._clock_ns: int | None = None
        self._epoch: int | None = None
        self._reset_due = 'state' not in topics.topics
        self._beats = 0
        if policy is not None and 'episode' in topics.topics:
            policy.await_episode()

    def play(self, on_progress: Callable[[float], None] = lambda seconds: None) -> dict[str, Any]:
        """Play the whole bag; returns what the safety controller did, as plain values."""
        period_ns = round(self._config.stop.period * NANO)
        before = self._start_ns - period_ns
        self._core.activate(self._node_ns(before), self._steady(before))
        watch_ns = now_ns = self._start_ns
        for message in self._bag.messages(set(self._roles)):
            now_ns = min(max(message.time_ns, now_ns), self._end_ns)
            while watch_ns <= now_ns:
                self._watch(watch_ns)
                watch_ns += period_ns
                on_progress(self._steady(watch_ns))
            try:
                self._meet(message, now_ns)
            except ContractError:
                raise
            except (AttributeError, TypeError, ValueError, IndexError):
                self.refused[self._roles[message.topic]] += 1
        end = self._steady(self._end_ns)
        return self._tally.finish(end)

    def _steady(self, time_ns: int) -> float:
        return (time_ns - self._start_ns) / NANO

    def _node_ns(self, time_ns: int) -> int:
        """The node clock at a time of receipt; before a simulated one ticked, that of receipt."""
        return time_ns if self._clock_ns is None else self._clock_ns

    def _meet(self, message: BagMessage, time_ns: int) -> None:
        role, fields = self._roles[message.topic], message.fields
        if role == 'clock':
            self._clock_ns = fields.clock.sec * NANO + fields.clock.nanosec
            return
        now_ns, steady = self._node_ns(time_ns), self._steady(time_ns)
        if role == 'behaviour':
            if self._policy is not None:
                self._policy.ask_for(fields.data)
            return
        at = now_ns if self._topics.stamps == 'arrival' else stamp_ns(fields)
        if role == 'state':
            self._hear(Word.of(fields))
        elif role == 'episode':
            if fields.state == RUNNING:
                self._begin(fields.episode, at, steady)
        else:
            self._sense(role, fields, at, now_ns, steady)

    def _sense(self, role: str, fields: Any, at: int, now_ns: int, steady: float) -> None:
        core, policy = self._core, self._policy
        usable = True
        if role == 'joints':
            joints = leg_samples.joints_of(fields, at)
            usable = core.take_joints(joints, now_ns, steady)
            self._tell('joints', joints, at, now_ns, steady)
        elif role == 'imu':
            imu = leg_samples.imu_of(fields, at)
            usable = core.take_imu(imu, now_ns, steady)
            self._tell('imu', imu, at, now_ns, steady)
        elif role == 'contacts':
            usable = core.take_contacts(leg_samples.contacts_of(fields, at), now_ns, steady)
        elif role == 'height':
            usable = core.take_height(leg_samples.height_of(fields, at), now_ns, steady)
        elif role == 'height_scan':
            self._tell('height_scan', leg_samples.field_of(fields, at), at, now_ns, steady)
        elif role == 'command':
            self._tell('command', leg_samples.velocity_of(fields), at, now_ns, steady)
        elif role == 'proposal':
            command = leg_samples.command_of(fields, at)
            if policy is None:
                self._propose(command, now_ns, steady)
            elif self._log is not None:
                self._log.recorded(policy.recorded(command), steady)
        if not usable:
            self.refused[role] += 1

    def _tell(self, term: str, sample: Any, at: int, now_ns: int, steady: float) -> None:
        if self._policy is not None:
            self._answer(self._policy.take(term, sample, at, now_ns, steady), now_ns, steady)

    def _answer(self, answers: Iterable[Answer], now_ns: int, steady: float) -> None:
        for answer in answers:
            assert self._policy is not None
            assert self._log is not None
            self._log.answered(answer, steady)
            self._propose(self._policy.command(answer), now_ns, steady)

    def _propose(self, command: LegCommandSample | None, now_ns: int, steady: float) -> None:
        if command is not None:
            self._core.take_proposal(command, now_ns, steady)

    def _hear(self, word: Word) -> None:
        """Permit motion when the recorded operator did."""
        if self._policy is not None:
            self._policy.hear(word)
        if not word.latched and self._epoch != word.epoch:
            self._reset_due = True
        self._epoch = word.epoch

    def _begin(self, name: str, at: int, steady: float) -> None:
        log = self._log
        if log is None or name == log.name:
            return
        if self._policy is not None:
            self._policy.begin(at)
        log.begin(name, steady)

    def _watch(self, time_ns: int) -> None:
        now_ns, steady = self._node_ns(time_ns), self._steady(time_ns)
        if self._policy is not None:
            self._answer(self._policy.serve(now_ns, steady), now_ns, steady)
        self._beats += 1
        for node in self._config.heartbeat.nodes:
            self._core.take_heartbeat(node, self._beats, self._core.epoch, steady)
        if self._reset_due and self._core.reset('replay', now_ns, steady).success:
            self._reset_due = False
        self._tally.decide(steady, self._core.tick(now_ns, steady))
