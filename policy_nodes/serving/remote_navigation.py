"""A navigation policy that is somewhere else."""

from __future__ import annotations

import time

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policy_nodes.contract.contract import Contract
from policy_nodes.policies.navigation import NavigationView
from policy_nodes.policies.no_answer import NoAnswerError
from policy_nodes.serving.chunk_queue import ChunkQueue
from policy_nodes.serving.frames import Arrays
from policy_nodes.serving.link import Answer, PolicyLink, Question
from policy_nodes.serving.navigation_run import BASE

FAR = 15.0  # of an empty slot [m], as HEIGHT was trained with


class RemoteNavigation:
    """Asks a server at every step, and plays what it answers row by row.

    Attributes:
        queue: of rows to play.
        inference_ms: that the last answer took at the server [ms].
    """

    def __init__(self, link: PolicyLink, *, wait: float, oldest: float) -> None:
        """Hold the link; its contract has been agreed on.

        Args:
            link: open.
            wait: for the answer to a step, before the step goes on with what is there [s].
            oldest: an observation so old is not acted on [s].
        """
        self._link, self._wait, self._oldest = link, wait, oldest
        contract = link.metadata.contract
        self._horizon = contract.action(BASE).horizon
        self._slots = contract.observation('people').shape[0]
        self._sequence = self._generation = 0
        self.queue = ChunkQueue()
        self.inference_ms = 0.0
        self._why = ''

    def reset(self, begins: Tensor) -> None:
        """Begin an episode; answers to what was asked before count no more."""
        self._generation += 1
        self.queue.clear()

    def select(self, rows: Tensor) -> None:
        """Go on; there is one robot only."""

    def act(self, view: NavigationView) -> Tensor:
        """Choose the next twist (1, 2) v [m/s], w [rad/s].

        Raises:
            NoAnswerError: none has come in time, or none that may still be used.
        """
        self._sequence += 1
        question = Question(
            self._sequence,
            self._generation,
            observation_of_view(view, self._slots),
            self.queue.consumed,
        )
        end = question.asked + self._wait
        self._why = 'the policy server did not answer in time'
        self._link.ask(question)
        newest = self._take_in(self._link.answers())
        # a chunk that reaches further is played while its successor is thought of
        while (not self.queue or self._horizon == 1) and newest < self._sequence:
            if self._link.problem or time.monotonic() >= end:
                break
            newest = max(newest, self._take_in(self._link.answers(end)))
        row = self.queue.take()
        if row is None:
            raise NoAnswerError(self._link.problem or self._why)
        twist = torch.as_tensor(row, dtype=torch.float32)[None]
        twist[:, 0] = torch.maximum(twist[:, 0], view.v_min)
        return twist

    def _take_in(self, answers: list[Answer]) -> int:
        """Admit answers; returns the sequence of the newest one, whatever became of it."""
        newest = 0
        for answer in answers:
            question = answer.question
            newest = max(newest, question.sequence)
            if question.generation != self._generation:
                continue
            age = time.monotonic() - question.asked
            if answer.problem:
                self._why = f'the policy server has no answer: {answer.problem}'
            elif age > self._oldest:
                self._why = f'the policy server answered after {age:.2f} s, which is too late'
            else:
                rows = answer.action[BASE].reshape(self._horizon, 2)
                self.inference_ms = answer.inference_ms
                if not self.queue.admit(rows, question.sequence, question.consumed):
                    self._why = 'the answer of the policy server was overtaken'
        return newest


def oldest_age(contract: Contract) -> float:
    """Greatest age of an observation that a policy acts on [s], over all terms."""
    bounds = [term.stale_after_s for term in contract.observations]
    return min((bound for bound in bounds if bound is not None), default=0.5)


def observation_of_view(view: NavigationView, slots: int | None) -> Arrays:
    """Write what one robot sees under the names of the contract.

    Args:
        view: of one row.
        slots: of people, filled by the nearest; None takes all who are seen.
    """
    seen = view.visible[0]
    positions, velocities = _of(view.people[0][seen]), _of(view.people_velocity[0][seen])
    pose = _of(view.pose[0])
    order = np.linalg.norm(positions - pose[:2], axis=1).argsort(kind='stable')[:slots]
    rows = len(order) if slots is None else slots
    people, moving = np.full((rows, 2), FAR), np.full((rows, 2), FAR)
    people[: len(order)], moving[: len(order)] = positions[order], velocities[order]
    return {
        'scan': view.ranges[0].numpy(),
        'odometry': np.concatenate((pose, _of(view.twist[0]))),
        'people.positions': people,
        'people.velocities': moving,
        'people.count': np.array(len(order)),
        'goal': _of(view.goal[0]),
    }


def _of(tensor: Tensor) -> NDArray[np.float64]:
    found: NDArray[np.float64] = tensor.numpy().astype(np.float64)
    return found
