"""Scores legs: a policy of joint targets, then the safety controller behind it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.evaluation.replay.bag import Bag
from policy_nodes.evaluation.replay.episode_log import EpisodeLog, answers_of, latency_of
from policy_nodes.evaluation.replay.leg_player import LegPlayer
from policy_nodes.evaluation.replay.policy_choice import RECORDED
from policy_nodes.evaluation.replay.policy_words import about, rested_words, weights_mb
from policy_nodes.evaluation.replay.role_topics import RoleTopics
from policy_nodes.evaluation.replay.safety_file import OF_NODE, read_parameters
from policy_nodes.evaluation.replay.score_job import Job
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.parameters.parameter import flatten

ROBOT = 'barkour'
_NOT_OF_CORE = (*OF_NODE, 'kind', 'contact_force')


def score_legs(job: Job, bag: Bag, topics: RoleTopics, on_progress: Any) -> dict[str, Any]:
    """Replay a bag.

    Args:
        job: what is to be done.
        bag: opened.
        topics: what is what in it.
        on_progress: is told the bag time that has been played [s].

    Raises:
        RecordingError: the bag or a topic cannot be used.
        ContractError: the policy cannot be used, or does not move these joints.
    """
    # torch takes a while to come
    from policy_nodes.evaluation.replay.leg_policy import LegPolicy
    from policy_nodes.policies.locomotion_loading import load_specialists

    policy, log, facts, weights = None, None, about(), 0.0
    if job.policy.name != RECORDED:
        loaded, checkpoints = load_specialists(job.policy.name, dict(job.policy.checkpoints))
        policy, facts = LegPolicy(loaded), about(*checkpoints)
        weights = weights_mb(*(each.network for each in loaded.policies.values()))
        log = EpisodeLog(policy.space, job.cut)
    player = LegPlayer(bag, topics, _config(job), policy, log)
    safety = player.play(on_progress)
    notes = refusals_of(player.refused)
    if safety['latched_at_s'] is not None:
        notes.append(
            f'A stop was latched at {safety["latched_at_s"]:.2f} s; nobody resets it in a replay '
            'unless somebody did in the bag.'
        )
    return {
        'policy_facts': facts,
        'safety': safety,
        'notes': [*notes, *([] if log is None else rested_words(log))],
        'measured': {'weights_mb': weights, 'latency_ms': latency_of(log)},
        **answers_of(log),
    }


def refusals_of(refused: Counter[str]) -> list[str]:
    """Say which messages could not be used."""
    return [f'{count} messages of {role} could not be used.' for role, count in refused.items()]


def _config(job: Job) -> LeggedSafetyConfig:
    if job.safety is not None:
        given = read_parameters(job.safety)
    else:
        given = node_parameters('safety_controller', job.robot or ROBOT)
    values = {name: value for name, value in given.items() if name not in _NOT_OF_CORE}
    return LeggedSafetyConfig.from_mapping(flatten(values))
