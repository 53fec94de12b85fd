"""Recorded drives through a crowd, with the clock that the launched graph has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crowd_recordings import record_episode
from test_own_recordings import with_clock

from policy_nodes.evaluation.replay.policy_choice import choose
from policy_nodes.evaluation.replay.score_bag import score_bag
from policy_nodes.evaluation.replay.score_job import Job

CHECKPOINT = 'height_arena'


def drive(folder: Path, index: int = 0, steps: int = 60) -> Path:
    """Record an episode that HEIGHT drives, told of people as its node is."""
    from policy_nodes.policies.loading import load_policy

    policy = load_policy('height', checkpoint=CHECKPOINT).policy
    plain = folder / f'plain_{index}'
    plain.mkdir()
    record_episode(plain, index, policy=policy, most_steps=steps, people_memory=0.55)
    [recording] = plain.glob('*.mcap')
    return with_clock(recording, folder / f'drive_{index}.mcap')


def scored(bag: Path, policy: str, **settings: Any) -> dict[str, Any]:
    """Score a bag with a policy."""
    return score_bag(Job(bag, choose(policy), **settings))


def without_measured(values: Any) -> Any:
    """What does not depend on the machine and the moment."""
    if isinstance(values, dict):
        return {
            name: without_measured(each) for name, each in values.items() if name != 'measured'
        }
    if isinstance(values, list):
        return [without_measured(each) for each in values]
    return values
