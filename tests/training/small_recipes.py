"""Recipes that train for seconds."""

from __future__ import annotations

from dataclasses import replace

from policy_nodes.simulation.crowd.scenario import SCENARIOS
from policy_nodes.training.crowd_env import CrowdEnv, Shaping
from policy_nodes.training.height_recipe import HeightRecipe, draw_pool
from policy_nodes.training.perturbation import Perturbation

WORLDS, STEPS = 8, 6
# People and boxes are few, and time is short, so that episodes end within a short test.
HURRIED = replace(
    SCENARIOS['less_human'], name='hurried', boxes=(3, 4), people=(1, 2), time_limit=1.8
)


def small_recipe(**changes) -> HeightRecipe:
    """A recipe of three updates unless said otherwise."""
    values = {
        'name': 'height_small',
        'mixture': ((HURRIED, 1.0),),
        'serves': ('rand',),
        'pool': 12,
        'worlds': WORLDS,
        'steps': STEPS,
        'total_steps': 3 * WORLDS * STEPS,
    }
    return HeightRecipe(**(values | changes))


def small_env(worlds: int = WORLDS, seed: int = 0, **changes) -> CrowdEnv:
    """Worlds whose episodes end soon."""
    values = {'shaping': Shaping(), 'perturbation': Perturbation(share=0.0), 'seed': seed}
    return CrowdEnv(draw_pool(small_recipe(), seed, 'cpu'), worlds, **(values | changes))
