"""A policy of legs by the names of its contract, for golden traces and checks of a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.golden_trace import GoldenTrace
from policy_nodes.policies.locomotion import LocomotionPolicy

Arrays = Mapping[str, NDArray[Any]]
TOLERANCE = 1e-5  # [rad]


class LocomotionRun:
    """Answers observations by name through the policy that a node drives."""

    def __init__(self, policy: LocomotionPolicy) -> None:
        """Hold the policy."""
        self.policy = policy
        self._last: NDArray[np.float64] | None = None

    def reset(self) -> None:
        """Start an episode."""
        self.policy.reset()
        self._last = None

    def act(self, observation: Arrays) -> dict[str, NDArray[Any]]:
        """Answer one step with targets [rad] by the name of the action."""
        self.policy.observe(observation, self._last)
        self._last = self.policy.answer()
        return {self.policy.action.name: self._last}


def record_trace(run: LocomotionRun, episodes: Sequence[Sequence[Arrays]]) -> GoldenTrace:
    """Record what a policy answers to the observations of some episodes.

    Args:
        run: the policy.
        episodes: observations by the names of the contract, step by step.
    """
    steps = [(step == 0, shown) for episode in episodes for step, shown in enumerate(episode)]
    answers = []
    for begins, shown in steps:
        if begins:
            run.reset()
        answers.append(run.act(shown))
    name = run.policy.action.name
    return GoldenTrace(
        observations={
            term: np.stack([np.asarray(shown[term]) for _, shown in steps]) for term in steps[0][1]
        },
        actions={name: np.stack([answer[name] for answer in answers])},
        resets=np.array([begins for begins, _ in steps]),
        tolerance={name: TOLERANCE},
    )
