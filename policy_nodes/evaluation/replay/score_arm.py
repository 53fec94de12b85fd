"""Scores an arm: a policy of key poses, asked about the images that each recorded one answers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policy_nodes.evaluation.replay.bag import Bag
from policy_nodes.evaluation.replay.episode_log import EpisodeLog, answers_of, latency_of
from policy_nodes.evaluation.replay.policy_choice import RECORDED, PolicyChoice
from policy_nodes.evaluation.replay.policy_words import about, rested_words, weights_mb
from policy_nodes.evaluation.replay.role_topics import RoleTopics
from policy_nodes.evaluation.replay.score_job import Job
from policy_nodes.evaluation.replay.score_legs import refusals_of

if TYPE_CHECKING:
    from policy_nodes.policies.manipulation import LoadedManipulation

NO_SAFETY = (
    'The safety controller of an arm judges trajectories; a replay makes none of key poses, so it '
    'is not scored.'
)


@lru_cache(maxsize=2)
def _loaded(choice: PolicyChoice) -> LoadedManipulation:
    """Load a policy once for all bags; whoever plays a bag begins without memory."""
    from policy_nodes.policies.manipulation import load_manipulation

    places = [place for _, place in choice.checkpoints]
    loaded = load_manipulation(choice.name, places[0] if places else None)
    loaded.warm_up()
    return loaded


def score_arm(job: Job, bag: Bag, topics: RoleTopics, on_progress: Any) -> dict[str, Any]:
    """Replay a bag.

    Args:
        job: what is to be done.
        bag: opened.
        topics: what is what in it.
        on_progress: is told the bag time that has been played [s].

    Raises:
        RecordingError: the bag or a topic cannot be used.
        ContractError: the policy cannot be used.
    """
    if job.policy.name == RECORDED:
        log, facts, weights, notes = None, about(), 0.0, []
    else:
        # torch takes a while to come
        from policy_nodes.evaluation.replay.arm_policy import ArmPolicy, space_of

        loaded = _loaded(job.policy)
        facts, weights = about(loaded.checkpoint), weights_mb(loaded.policy.network)
        log = EpisodeLog(space_of(loaded), job.cut)
        player = ArmPolicy(bag, topics, loaded, log)
        player.play(on_progress)
        notes = [*refusals_of(player.refused), *rested_words(log)]
    return {
        'policy_facts': facts,
        'safety': None,
        'notes': [NO_SAFETY, *notes],
        'measured': {'weights_mb': weights, 'latency_ms': latency_of(log)},
        **answers_of(log),
    }
