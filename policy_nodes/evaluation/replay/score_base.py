"""Scores a base: a navigation policy, then the safety controller behind it."""

from __future__ import annotations

import math
from typing import Any

from policy_nodes.contract.samples import GoalSample
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.replay.asked_base import AskedBase
from policy_nodes.evaluation.replay.bag import Bag
from policy_nodes.evaluation.replay.bag_samples import BagSamples
from policy_nodes.evaluation.replay.base_policy import BasePolicy, BaseSettings
from policy_nodes.evaluation.replay.episode_log import EpisodeLog, answers_of, latency_of
from policy_nodes.evaluation.replay.player import Player
from policy_nodes.evaluation.replay.policy_choice import RECORDED
from policy_nodes.evaluation.replay.policy_words import about, rested_words, weights_mb
from policy_nodes.evaluation.replay.safety_file import OF_NODE, read_safety
from policy_nodes.evaluation.replay.score_job import PART, Job
from policy_nodes.evaluation.replay.topic_map import TopicMap
from policy_nodes.evaluation.replay.trace_sums import TraceSums
from policy_nodes.evaluation.replay.windows import AUTO, given_windows
from policy_nodes.safety.base_config import BaseSafetyConfig

ROBOT = 'turtlebot'


def score_base(job: Job, bag: Bag, topics: TopicMap, on_progress: Any) -> dict[str, Any]:
    """Replay a bag.

    Args:
        job: what is to be done.
        bag: opened.
        topics: what is what in it.
        on_progress: is told the bag time that has been played [s].

    Raises:
        RecordingError: the bag, a topic or a window cannot be used.
        ContractError: the map contradicts the parameters, or the policy cannot be used.
    """
    config = _config(job)
    duration = (bag.span_ns[1] - bag.span_ns[0]) / 1e9
    found = list(job.windows) == [AUTO]
    windows = () if found else given_windows(job.windows, duration)
    asked, log, facts, weights = None, None, about(None), 0.0
    if job.policy.name != RECORDED:
        policy, facts, weights = _policy(job)
        log = EpisodeLog(policy.space, job.cut)
        asked = AskedBase(policy, log, topics, config.frames.base_frame)
        if topics.ends_at_goal:
            policy.take(_end_of(bag, topics), bag.span_ns[0], 0.0)
    player = Player(bag, topics, config, asked)
    sums = TraceSums(config, windows, job.danger if found else None)
    # windows that were given are seconds of the whole bag
    for trace in player.play_parts(PART if found else math.inf, on_progress):
        sums.add(trace)
    result = {
        'policy_facts': facts,
        'safety': sums.to_mapping(),
        'notes': [*sums.notes(), *([] if log is None else rested_words(log))],
        'measured': {'weights_mb': weights, 'latency_ms': latency_of(log)},
    }
    return result | answers_of(log)


def _config(job: Job) -> BaseSafetyConfig:
    if job.safety is not None:
        return read_safety(job.safety)
    given = node_parameters('safety_controller', job.robot or ROBOT)
    return BaseSafetyConfig.from_mapping(
        {name: value for name, value in given.items() if name not in OF_NODE}
    )


def _policy(job: Job) -> tuple[BasePolicy, dict[str, Any], float]:
    # torch takes a while to come
    from policy_nodes.policies.loading import load_policy

    places = [place for _, place in job.policy.checkpoints]
    loaded = load_policy(job.policy.name, checkpoint=places[0] if places else None)
    network = getattr(loaded.policy, 'network', None)
    settings = BaseSettings.of(job.robot or ROBOT)
    return BasePolicy(loaded, settings), about(loaded.checkpoint), weights_mb(network)


def _end_of(bag: Bag, topics: TopicMap) -> GoalSample:
    """Where odometry ends, as a goal."""
    if topics.odometry is None:
        raise RecordingError(f'{bag.path}: without odometry nobody knows where the drive ends')
    samples, last = BagSamples(topics, scan_frame='', base_frame=''), None
    for message in bag.messages({topics.odometry.topic}):
        last = message
    if last is None:
        raise RecordingError(f'{bag.path}: no odometry can be read, so there is no end of a drive')
    pose: Any = samples.read(last, last.time_ns)
    return GoalSample(bag.span_ns[0], pose.frame, pose.position[:2], 0.3)
