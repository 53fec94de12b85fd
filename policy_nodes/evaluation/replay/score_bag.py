"""Scores one bag with one policy: a job in, plain data out, the same in every process.

Everything under `measured` belongs to the machine and the moment; all else depends on the job
alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import psutil

from policy_nodes.contract.errors import ContractError
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.replay.bag import Bag, open_bag
from policy_nodes.evaluation.replay.policy_choice import RECORDED
from policy_nodes.evaluation.replay.role_topics import RoleTopics, own_roles, robot_of
from policy_nodes.evaluation.replay.score_arm import score_arm
from policy_nodes.evaluation.replay.score_base import score_base
from policy_nodes.evaluation.replay.score_job import Job
from policy_nodes.evaluation.replay.score_legs import score_legs
from policy_nodes.evaluation.replay.topic_map import TopicMap, own_topics
from policy_nodes.safety.parameters.parameter import ConfigError

Progress = Callable[[float], None]


class _Peak:
    """Watches the memory of the process."""

    def __init__(self, tell: Progress) -> None:
        self._tell, self._process, self._calls = tell, psutil.Process(), 0
        self.before = self.most = self._process.memory_info().rss

    def __call__(self, seconds: float) -> None:
        if not self._calls:  # by now the policy is loaded, and the bag was looked through
            self.before = self._process.memory_info().rss
        self._calls += 1
        if self._calls % 256 == 1:
            self.look()
            self._tell(seconds)

    def look(self) -> None:
        self.most = max(self.most, self._process.memory_info().rss)


def score_bag(job: Job, on_progress: Progress = lambda share: None) -> dict[str, Any]:
    """Replay a bag with a policy and measure it.

    Args:
        job: what is to be done.
        on_progress: is told which share of the bag is done, 0 to 1.

    Returns:
        Plain values: numbers, texts, lists and mappings by text. Where the bag or the policy
        cannot be used, `problem` says why and there are no figures.
    """
    heading = {'bag': job.bag.name, 'path': str(job.bag), 'policy': job.policy.text}
    try:
        bag = open_bag(job.bag)
        return _plain(heading | _scored(job, bag, on_progress))
    except (RecordingError, ContractError, ConfigError) as error:
        return heading | {'problem': str(error)}


def _scored(job: Job, bag: Bag, on_progress: Progress) -> dict[str, Any]:
    duration = (bag.span_ns[1] - bag.span_ns[0]) / 1e9
    robot = _robot(job, bag)
    wanted = job.policy.robot
    if wanted and wanted != robot:
        raise ContractError(
            f'{job.policy.text} moves {_WORDS[wanted]}, and {job.bag} is of {_WORDS[robot]}',
            remedy='choose a policy of that robot, or say what is what with --topics',
        )
    topics = job.topics or _own(robot, bag)
    asks = job.policy.name != RECORDED
    needed = topics.lacks() if asks else ''
    if needed:
        raise RecordingError(f'{job.bag} lacks what a policy needs: {needed}')
    peak = _Peak(lambda seconds: on_progress(min(seconds / max(duration, 1e-9), 1.0)))
    began = time.perf_counter()
    if isinstance(topics, TopicMap):
        found = score_base(job, bag, topics, peak)
    elif robot == 'legs':
        found = score_legs(job, bag, topics, peak)
    else:
        found = score_arm(job, bag, topics, peak)
    took = time.perf_counter() - began
    peak.look()
    measured = {
        **found.pop('measured'),
        'seconds': took,
        'rate': duration / took if took > 0 else None,
        'memory_mb': peak.most / 1e6,
        'memory_growth_mb': (peak.most - peak.before) / 1e6,
    }
    if not job.draws:
        found['curves'] = None
    notes = [*topics.assumed(policy=asks), *found.pop('notes'), *bag.losses]
    return {'robot': robot, 'duration_s': duration, **found, 'notes': notes, 'measured': measured}


_WORDS = {'base': 'a base', 'legs': 'legs', 'arm': 'an arm'}


def _robot(job: Job, bag: Bag) -> str:
    if isinstance(job.topics, RoleTopics):
        return job.topics.robot
    if isinstance(job.topics, TopicMap):
        return 'base'
    return robot_of({name for name, topic in bag.topics.items() if topic.count})


def _own(robot: str, bag: Bag) -> TopicMap | RoleTopics:
    known = {name for name, topic in bag.topics.items() if topic.count and not topic.undecodable}
    return own_topics(known) if robot == 'base' else own_roles(robot, known)


def _plain(values: Any) -> Any:
    """Replace what is not finite, which JSON cannot hold, by None."""
    if isinstance(values, dict):
        return {name: _plain(each) for name, each in values.items()}
    if isinstance(values, list):
        return [_plain(each) for each in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values
