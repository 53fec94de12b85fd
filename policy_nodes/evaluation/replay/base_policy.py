"""A navigation policy in a replay: gathers, waits and asks as its node does, in bag time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from policy_nodes.contract.samples import (
    BaseSample,
    GoalSample,
    LaserSample,
    PeopleSample,
    TwistSample,
)
from policy_nodes.contract.staleness_monitor import StalenessMonitor
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.evaluation.replay.action import BASE, Action, ActionSpace, Answer
from policy_nodes.evaluation.replay.bag_samples import Word
from policy_nodes.perception.static_scan import StaticScan
from policy_nodes.policies.loading import LoadedPolicy
from policy_nodes.policies.navigator import Navigator

V_MIN, WAIT, PEOPLE_MEMORY = -0.5, 0.05, 0.55  # defaults of the node
_TERMS = {
    LaserSample: 'scan',
    BaseSample: 'odometry',
    PeopleSample: 'people',
    GoalSample: 'goal',
}


@dataclass(frozen=True)
class BaseSettings:
    """Parameters of the node that count in a replay.

    Attributes:
        v_min: slowest velocity to propose [m/s].
        wait: for odometry and people of a scan [s].
        people_memory: people unseen for longer are not acted on [s].
    """

    v_min: float = V_MIN
    wait: float = WAIT
    people_memory: float = PEOPLE_MEMORY

    @classmethod
    def of(cls, robot: str) -> BaseSettings:
        """Read them from the files of config/."""
        given = node_parameters('navigation_policy', robot)
        return cls(**{name: given[name] for name in cls.__dataclass_fields__ if name in given})


class BasePolicy:
    """Answers each scan with one proposal.

    Attributes:
        space: of the answers.
        settings: of the node.
    """

    def __init__(
        self,
        loaded: LoadedPolicy,
        settings: BaseSettings,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Hold a policy, which begins without memory.

        Args:
            loaded: the policy.
            settings: of the node.
            clock: that inference is measured with [s].
        """
        trained = loaded.v_min
        v_min = settings.v_min if trained is None else max(trained, settings.v_min)
        self.settings = settings
        self.space = space_of(loaded)
        self._navigator = Navigator(loaded.policy, v_min=v_min)
        self._navigator.warm_up()
        self._still = StaticScan()
        self._fresh = StalenessMonitor(loaded.staleness)
        self._clock = clock
        self._samples: dict[str, Any] = {}
        self._waiting_since: float | None = None
        self._latched, self._epoch = False, -1

    def begin(self) -> None:
        """Forget the episode, as the node does when it is told that another one begins."""
        self._navigator.reset()
        self._still.reset()
        goal = self._samples.get('goal')
        self._samples.clear()
        self._fresh.forget([term for term in _TERMS.values() if term != 'goal'])
        if goal is not None:
            self._samples['goal'] = goal
        self._waiting_since = None

    def hear(self, word: Word) -> None:
        """Take word of the recorded safety controller; the first one tells nothing new."""
        if self._epoch not in (-1, word.epoch):
            self._navigator.reset()
        self._epoch, self._latched = word.epoch, word.latched

    def take(
        self,
        sample: LaserSample | BaseSample | PeopleSample | GoalSample,
        now_ns: int,
        steady: float,
    ) -> list[Answer]:
        """Keep a sample; a scan asks for an answer.

        Args:
            sample: newest of its kind.
            now_ns: now on the node clock.
            steady: now on the steady clock [s].
        """
        term = _TERMS[type(sample)]
        self._samples[term] = sample
        self._fresh.arrived(term, sample.stamp_ns, steady)
        if term == 'scan':
            self._waiting_since = steady
        return self.serve(now_ns, steady)

    def serve(self, now_ns: int, steady: float) -> list[Answer]:
        """Answer the newest scan once the rest of its time is there, or was waited for."""
        if self._waiting_since is None:
            return []
        at = self._samples['scan'].stamp_ns
        behind = any(
            term not in self._samples or (term != 'goal' and self._samples[term].stamp_ns < at)
            for term in ('odometry', 'people', 'goal')
        )
        if behind and steady - self._waiting_since < self.settings.wait:
            return []
        self._waiting_since = None
        return [self._propose(at, now_ns, steady)]

    def _propose(self, at: int, now_ns: int, steady: float) -> Answer:
        began = self._clock()
        stale = tuple(term.name for term in self._fresh.stale(now_ns, steady))
        proposal, asked = self._navigator.rest(at), False
        if not stale and not self._latched:
            base, people = self._samples['odometry'], self._samples['people']
            try:
                still = self._still.update(self._samples['scan'], base, people)
                proposal = self._navigator.act(base, self._samples['goal'], people, still.ranges)
                asked = True
            except ValueError as error:
                # samples that contradict each other or make no sense
                stale = (str(error),)
        taken_ms = (self._clock() - began) * 1e3
        return Answer(action_of(proposal), asked, taken_ms, stale)


def action_of(sample: TwistSample) -> Action:
    """Write a twist as an action of a base."""
    return Action(sample.stamp_ns, np.array([[sample.linear[0], sample.angular[2]]]))


def twist_of(answer: Answer, frame: str) -> TwistSample:
    """Write an answer as the proposal that the node publishes."""
    v, w = answer.action.values[0]
    return TwistSample.planar(answer.action.stamp_ns, frame, float(v), float(w))


def space_of(loaded: LoadedPolicy) -> ActionSpace:
    """Say what a policy's answers are: twists, whatever its contract makes them of."""
    if loaded.checkpoint is None:
        return BASE
    space = ActionSpace.of(loaded.checkpoint.contract.action('base'))
    return ActionSpace('twist', space.names, space.units, space.period, space.dt, 2)
