"""A served policy as the object that a golden trace is replayed through; it waits for answers."""

from __future__ import annotations

import time

from policy_nodes.policies.no_answer import NoAnswerError
from policy_nodes.serving.frames import Arrays
from policy_nodes.serving.link import PolicyLink, Question


class RemoteRun:
    """Answers observations by name through a server."""

    def __init__(self, link: PolicyLink, patience: float = 10.0) -> None:
        """Hold the link.

        Args:
            link: open.
            patience: to wait for an answer [s].
        """
        self._link, self._patience = link, patience
        self._sequence = self._generation = 0

    def reset(self) -> None:
        """Start an episode."""
        self._generation += 1

    def act(self, observation: Arrays) -> Arrays:
        """Answer one step.

        Raises:
            NoAnswerError: the server is away, silent, or refuses.
        """
        self._sequence += 1
        end = time.monotonic() + self._patience
        self._link.ask(Question(self._sequence, self._generation, observation))
        while time.monotonic() < end and not self._link.problem:
            for answer in self._link.answers(end):
                if answer.problem:
                    raise NoAnswerError(answer.problem)
                if answer.question.sequence == self._sequence:
                    return answer.action
        raise NoAnswerError(self._link.problem or 'the policy server did not answer in time')
