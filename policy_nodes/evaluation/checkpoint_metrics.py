"""Measures a navigation policy for the contract and card of its checkpoint."""

from collections.abc import Iterable

import numpy as np

from policy_nodes.contract.trained import Metric
from policy_nodes.evaluation.crowd_episodes import run_episodes
from policy_nodes.evaluation.intervals import wilson
from policy_nodes.policies.navigation import NavigationPolicy
from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.reward import (
    COLLISION_HUMAN,
    COLLISION_OBSTACLE,
    COLLISION_WALL,
    SUCCEEDED,
    TIMEOUT,
)
from policy_nodes.simulation.crowd.scenario import find_scenario

COUNTED = {
    'success': (SUCCEEDED,),
    'collision_human': (COLLISION_HUMAN,),
    'collision_obstacle': (COLLISION_OBSTACLE, COLLISION_WALL),
    'timeout': (TIMEOUT,),
}


def measure(
    policy: NavigationPolicy, scenarios: Iterable[str], episodes: int, seed: int
) -> tuple[Metric, ...]:
    """Drive episodes of each scenario and count how they end.

    Args:
        policy: to measure.
        scenarios: names.
        episodes: of each.
        seed: of the run.

    Returns:
        Rates with 95 % intervals, named such as ``success_rand``.
    """
    found = []
    for name in scenarios:
        drawn = generate(find_scenario(name), episode_seeds(seed, 0, episodes, 'cpu'))
        outcome = run_episodes(policy, drawn).outcome
        for what, codes in COUNTED.items():
            count = int(np.isin(outcome, codes).sum())
            low, high = (round(bound, 4) for bound in wilson(count, episodes))
            rate = round(count / episodes, 4)
            found.append(Metric(f'{what}_{name}', rate, (low, high), episodes))
    return tuple(found)
