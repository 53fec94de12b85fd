"""Stands between the player of a base and a navigation policy, and keeps the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from policy_nodes.contract.samples import (
    BaseSample,
    GoalSample,
    LaserSample,
    PeopleSample,
    TwistSample,
)
from policy_nodes.evaluation.replay.action import Answer
from policy_nodes.evaluation.replay.bag_samples import EpisodeName, Word
from policy_nodes.evaluation.replay.base_policy import BasePolicy, action_of, twist_of
from policy_nodes.evaluation.replay.episode_log import EpisodeLog
from policy_nodes.evaluation.replay.topic_map import FramedTopic, TopicMap


class AskedBase:
    """What the player asks."""

    def __init__(self, policy: BasePolicy, log: EpisodeLog, topics: TopicMap, frame: str) -> None:
        """Put them together.

        Args:
            policy: answers.
            log: takes answers and recorded actions.
            topics: whether people or actions are assumed.
            frame: that the controller expects commands in.
        """
        self._policy, self._log, self._frame = policy, log, frame
        self._nobody = topics.nobody
        self._compared = isinstance(topics.proposal, FramedTopic)
        self._world = ''

    @property
    def people_memory(self) -> float:
        """For how long people who are unseen count [s]."""
        return self._policy.settings.people_memory

    def take(
        self, sample: LaserSample | BaseSample | PeopleSample, now_ns: int, steady_s: float
    ) -> Iterable[TwistSample]:
        """Take a sensor."""
        if isinstance(sample, BaseSample):
            self._world = sample.frame
        answers = self._policy.take(sample, now_ns, steady_s)
        if self._nobody and self._world and isinstance(sample, LaserSample):
            people = nobody(sample.stamp_ns, self._world)
            answers += self._policy.take(people, now_ns, steady_s)
        return self._noted(answers, steady_s)

    def hear(
        self, said: GoalSample | Word | EpisodeName, now_ns: int, steady_s: float
    ) -> Iterable[TwistSample]:
        """Take a goal, word of the recorded controller, or of the episode."""
        if isinstance(said, GoalSample):
            return self._noted(self._policy.take(said, now_ns, steady_s), steady_s)
        if isinstance(said, Word):
            self._policy.hear(said)
        elif said.name != self._log.name:
            if self._log.name:
                self._policy.begin()
            self._log.begin(said.name, steady_s)
        return ()

    def serve(self, now_ns: int, steady_s: float) -> Iterable[TwistSample]:
        """Propose what is due."""
        return self._noted(self._policy.serve(now_ns, steady_s), steady_s)

    def recorded(self, proposal: TwistSample, steady_s: float) -> None:
        """Take what was proposed when the bag was recorded."""
        if self._compared:
            self._log.recorded(action_of(proposal), steady_s)

    def _noted(self, answers: Iterable[Answer], steady_s: float) -> Iterator[TwistSample]:
        for answer in answers:
            self._log.answered(answer, steady_s)
            yield twist_of(answer, self._frame)


def nobody(stamp_ns: int, frame: str) -> PeopleSample:
    """People, where there are none."""
    none = np.zeros((0, 2))
    return PeopleSample(stamp_ns, frame, np.zeros(0, np.int64), none, none, np.zeros(0))
