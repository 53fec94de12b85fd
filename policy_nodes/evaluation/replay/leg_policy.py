"""A policy of legs in a replay: answers joint states at its rate as its node does, in bag time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.samples import LegCommandSample
from policy_nodes.contract.staleness_monitor import StalenessMonitor
from policy_nodes.evaluation.replay.action import NANO, Action, ActionSpace, Answer
from policy_nodes.evaluation.replay.bag_samples import Word
from policy_nodes.policies.locomotion import LegView
from policy_nodes.policies.specialists import Specialists

COMMAND_TIMEOUT = 0.5  # a command so old asks for nothing, the node's default [s]
WAIT = 0.002  # for attitude, ground and command of the time of the joints, the node's default [s]
PERIOD_NS = NANO // 50
EARLY_NS = NANO // 1000  # a measurement by so much before its turn is answered all the same
ACTS = ('blend_in', 'follow', 'hold')  # modes of the safety controller in which a policy acts
TERMS = {'joints': 'joints', 'imu': 'gravity', 'height_scan': 'height_near'}


class LegPolicy:
    """Answers joint states with targets.

    Attributes:
        space: of the answers.
    """

    def __init__(
        self, policy: Specialists, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """Hold a policy, which begins without memory.

        Args:
            policy: one or several that take turns.
            clock: that inference is measured with [s].
        """
        self._policy, self._clock = policy, clock
        policy.reset()
        leading = next(iter(policy.policies.values()))
        self.space = ActionSpace.of(leading.contract.actions[0])
        self._bounds = _bounds(policy)
        self._fresh = StalenessMonitor(self._bounds)
        self._samples: dict[str, Any] = {}
        self._behaviour, self._mode, self._epoch = '', ACTS[1], -1
        self._stamps: dict[str, int] = {}
        self._due_ns = self._epoch_ns = self._turn_ns = self._begin_ns = -1
        self._turn_ends, self._awaits = 0.0, False
        self._gains = leading.kp, leading.kd
        self._rest_gains = self._gains

    def await_episode(self) -> None:
        """Stand until an episode begins, as the node does once one is announced."""
        self._awaits = True

    def begin(self, stamp_ns: int) -> None:
        """Begin an episode without memory, with the first measurement that is not older."""
        self._begin_ns, self._awaits = stamp_ns, False

    def hear(self, word: Word) -> None:
        """Take word of the recorded safety controller; the first epoch is not a new one."""
        if self._epoch not in (-1, word.epoch):
            self._epoch_ns = word.stamp_ns
            self._policy.reset()
        if word.mode not in ACTS:
            self._policy.reset()
        self._epoch, self._mode = word.epoch, word.mode

    def ask_for(self, behaviour: str) -> None:
        """Keep the behaviour that is asked for, if there is one of that name."""
        known = self._policy.behaviours
        if '' in known or behaviour in known:
            self._behaviour = behaviour

    def take(
        self, term: str, sample: Any, stamp_ns: int, now_ns: int, steady: float
    ) -> list[Answer]:
        """Keep the newest sample of a term; what was waited for lets it answer.

        Args:
            term: which.
            sample: newest of its kind.
            stamp_ns: of it.
            now_ns: now on the node clock.
            steady: now on the steady clock [s].
        """
        self._samples[term], self._stamps[term] = sample, stamp_ns
        if term in self._bounds:
            self._fresh.arrived(term, stamp_ns, steady)
        if term == 'joints':
            # what is older than the epoch would be refused
            if 0 <= self._epoch_ns - stamp_ns < NANO or not self._is_turn(stamp_ns):
                return []
            self._turn_ns, self._turn_ends = stamp_ns, steady + WAIT
        return self.serve(now_ns, steady)

    def serve(self, now_ns: int, steady: float) -> list[Answer]:
        """Answer once everything of the time of the turn is there, or was waited for."""
        if self._turn_ns < 0 or (self._is_behind() and steady < self._turn_ends):
            return []
        at, self._turn_ns = self._turn_ns, -1
        return [self._propose(at, now_ns, steady)]

    def _is_turn(self, at: int) -> bool:
        """Whether a measurement is to be answered: turns come at whole multiples of the period."""
        late = at - self._due_ns
        # after time jumped back all is news
        if -NANO < late + EARLY_NS < 0:
            return False
        if -EARLY_NS <= late < PERIOD_NS and self._due_ns >= 0:
            self._due_ns += PERIOD_NS
        else:
            self._due_ns = (at // PERIOD_NS + 1) * PERIOD_NS
        return True

    def _is_behind(self) -> bool:
        """Whether a sample of the time of the turn may still come."""
        awaited = [term for term in self._bounds if term != 'joints']
        if self._turn_ns - self._stamps.get('command', -NANO) < COMMAND_TIMEOUT * NANO:
            awaited.append('command')
        return any(self._stamps.get(term, -1) < self._turn_ns for term in awaited)

    def _propose(self, at: int, now_ns: int, steady: float) -> Answer:
        began = self._clock()
        missing = tuple(term.name for term in self._fresh.stale(now_ns, steady))
        targets, asked = self._policy.stand, False
        if 0 <= self._begin_ns <= at:
            self._policy.reset()
            self._begin_ns = -1
        if not missing and self._mode in ACTS and not self._awaits:
            try:
                targets, asked = self._answer(now_ns), True
            except ValueError as error:
                missing = (str(error),)
        taken_ms = (self._clock() - began) * 1e3
        return Answer(Action(at, np.array([targets])), asked, taken_ms, missing)

    def _answer(self, now_ns: int) -> NDArray[np.float64]:
        joints, imu = self._samples['joints'], self._samples['imu']
        velocity = self._samples.get('command', np.zeros(3))
        if abs(now_ns - self._stamps.get('command', now_ns)) > COMMAND_TIMEOUT * NANO:
            velocity = np.zeros(3)
        view = LegView(
            imu.quaternion,
            float(imu.angular_velocity[2]),
            velocity,
            joints.names,
            joints.position,
            self._samples.get('height_scan'),
        )
        targets = self._policy.act(view, self._behaviour)
        if not np.isfinite(targets.position).all():
            self._policy.reset()
            raise ValueError('the targets are not finite, since a measurement is not')
        self._gains = targets.kp, targets.kd
        return targets.position

    def command(self, answer: Answer) -> LegCommandSample | None:
        """Write an answer as the proposal that the node publishes; None where it says nothing."""
        if answer.missing:
            return None
        gains = self._gains if answer.asked else self._rest_gains
        targets = answer.action.values[0]
        return LegCommandSample(answer.action.stamp_ns, self._policy.names, targets, *gains)

    def recorded(self, command: LegCommandSample) -> Action:
        """Write a recorded command in the order of this policy.

        Raises:
            ContractError: it does not move the same joints.
        """
        found = dict(zip(command.names, command.position, strict=True))
        absent = [name for name in self._policy.names if name not in found]
        if absent:
            raise ContractError(
                f'the recorded commands do not move {", ".join(absent)}',
                remedy='replay the bag of a robot that the checkpoint was trained for',
            )
        return Action(command.stamp_ns, np.array([[found[name] for name in self._policy.names]]))


def _bounds(policy: Specialists) -> dict[str, float | None]:
    """Greatest age of each message that the policy cannot do without [s]."""
    found: dict[str, float | None] = {}
    for each in policy.policies.values():
        terms = {term.name: term.stale_after_s for term in each.contract.observations}
        for message, term in TERMS.items():
            if term in terms:
                known = [found.get(message), terms[term]]
                found[message] = min((b for b in known if b is not None), default=None)
    return found
