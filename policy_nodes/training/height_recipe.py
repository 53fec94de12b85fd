"""What HEIGHT is trained on, and how: for the arena, for indoors, and for people in a hurry."""

from dataclasses import dataclass, field, replace

import torch

from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.episodes import Episodes, concatenate
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.scenario import RAND, SCENARIOS, Scenario
from policy_nodes.training.crowd_env import Shaping
from policy_nodes.training.perturbation import Perturbation
from policy_nodes.training.ppo import PpoSettings
from policy_nodes.training.seeds import TRAINING_SEED


@dataclass(frozen=True)
class HeightRecipe:
    """One training run.

    Attributes:
        name: of the recipe and of the checkpoint it makes.
        mixture: share of each scenario in the pool, by a scenario and a weight.
        pool: episodes drawn before training begins.
        worlds: side by side.
        steps: per rollout.
        total_steps: of all worlds together, when the run ends.
        lr: first learning rate; then it follows the change of policy.
        kl: change of policy per update, at first and at the end.
        anneal_from: share of the run after which that change shrinks.
        entropy: weight of the entropy bonus at the beginning and at the end.
        ppo: how to learn from a rollout.
        shaping: of the reward.
        perturbation: of observations.
        mirrored: train the average of the network and its mirror image.
        people: rows of HEIGHT's `spatial_edges`.
        serves: scenarios that the checkpoint is meant for.
        v_min: slowest v that they permit [m/s].
    """

    name: str
    mixture: tuple[tuple[Scenario, float], ...]
    serves: tuple[str, ...]
    pool: int = 60_000
    worlds: int = 8192
    steps: int = 32
    total_steps: int = 400_000_000
    lr: float = 3e-4
    kl: tuple[float, float] = (0.01, 0.001)
    anneal_from: float = 0.5
    entropy: tuple[float, float] = (0.01, 0.0)
    ppo: PpoSettings = field(default_factory=lambda: PpoSettings(gamma=0.995))
    shaping: Shaping = field(
        default_factory=lambda: Shaping(collision=-10.0, timeout=-10.0, scale=0.1)
    )
    perturbation: Perturbation = field(default_factory=Perturbation)
    mirrored: bool = False
    people: int = 11
    v_min: float = -0.5


RECIPES = {
    recipe.name: recipe
    for recipe in (
        HeightRecipe(
            'height_arena',
            mixture=(
                (SCENARIOS['rand'], 0.30),
                (SCENARIOS['more_human'], 0.34),
                (SCENARIOS['more_obstacles'], 0.10),
                (SCENARIOS['less_human'], 0.04),
                (SCENARIOS['less_obstacles'], 0.18),
                (replace(RAND, name='oblivious', reaction=0.0), 0.04),
            ),
            serves=('rand', 'less_human', 'more_human', 'less_obstacles', 'more_obstacles'),
            anneal_from=0.6,
            # ten seconds of waiting cost a tenth of a goal; by 0.995 they cost two fifths, which
            # made it hurry into people
            ppo=PpoSettings(gamma=0.999),
            # a collision costs twice what a goal gives, running out of time as much as it gives
            shaping=Shaping(collision=-20.0, timeout=-20.0, scale=0.1),
            mirrored=True,
        ),
        HeightRecipe(
            'height_indoor',
            mixture=((SCENARIOS['hallway'], 0.35), (SCENARIOS['lounge'], 0.65)),
            serves=('hallway', 'lounge'),
            v_min=0.0,
        ),
        HeightRecipe(
            'height_street',
            mixture=(
                (SCENARIOS['rand'], 0.30),
                (SCENARIOS['more_human'], 0.28),
                (SCENARIOS['more_obstacles'], 0.16),
                (SCENARIOS['less_human'], 0.05),
                (SCENARIOS['less_obstacles'], 0.11),
                (replace(RAND, name='oblivious', reaction=0.0), 0.06),
                # people walk twice as fast as the robot drives
                (replace(SCENARIOS['less_obstacles'], name='quick', speed=1.0), 0.04),
            ),
            # what it is for, recorded people, is not drawn from a seed
            serves=('less_obstacles',),
            mirrored=True,
        ),
    )
}


def second_stage(recipe: HeightRecipe) -> HeightRecipe:
    """Go on from a checkpoint: less exploration, on other draws of the crowd."""
    return replace(recipe, entropy=(0.0015, 0.0))


ALIASES = {'height': 'height_arena'}


def find_recipe(name: str) -> HeightRecipe:
    """Look a recipe up by name; an unknown one lists the known ones."""
    name = ALIASES.get(name, name)
    if name not in RECIPES:
        raise ValueError(f'unknown recipe {name!r}; known: {", ".join(RECIPES)}')
    return RECIPES[name]


def draw_pool(recipe: HeightRecipe, seed: int, device: torch.device | str) -> Episodes:
    """Draw the episodes that a recipe trains on."""
    parts = []
    for index, (scenario, weight) in enumerate(recipe.mixture):
        count = max(1, round(weight * recipe.pool))
        seeds = episode_seeds(TRAINING_SEED + seed, index << 20, count, device)
        parts.append(generate(scenario, seeds))
    return concatenate(parts)
