"""What HEIGHT is trained on, and how: two recipes, one for the arena and one for indoors."""

from dataclasses import dataclass, field, replace

import torch

from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.episodes import Episodes, concatenate
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.scenario import RAND, SCENARIOS, Scenario
from policy_nodes.training.crowd_env import Shaping
from policy_nodes.training.perturbation import Perturbation
from policy_nodes.training.ppo import PpoSettings

# Training episodes come from run seeds that evaluation never uses: those are below this.
TRAINING_SEED = 1_000_000


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
        lr: first learning rate.
        final_lr: upper bound of the learning rate at the end.
        entropy: weight of the entropy bonus at the beginning and at the end.
        ppo: how to learn from a rollout.
        shaping: of the reward.
        perturbation: of observations.
        people: rows of HEIGHT's `spatial_edges`.
        serves: scenarios that the checkpoint is meant for.
    """

    name: str
    mixture: tuple[tuple[Scenario, float], ...]
    serves: tuple[str, ...]
    pool: int = 60_000
    worlds: int = 4096
    steps: int = 32
    total_steps: int = 400_000_000
    lr: float = 3e-4
    final_lr: float = 5e-5
    entropy: tuple[float, float] = (0.01, 0.001)
    ppo: PpoSettings = field(default_factory=PpoSettings)
    shaping: Shaping = field(
        default_factory=lambda: Shaping(collision=-10.0, timeout=-10.0, scale=0.1)
    )
    perturbation: Perturbation = field(default_factory=Perturbation)
    people: int = 11


def _quick(scenario: Scenario, name: str, speed: float) -> Scenario:
    """People who walk faster than the robot drives, for robots among real pedestrians."""
    return replace(scenario, name=name, speed=speed)


RECIPES = {
    recipe.name: recipe
    for recipe in (
        HeightRecipe(
            'height_arena',
            mixture=(
                (SCENARIOS['rand'], 0.30),
                (SCENARIOS['more_human'], 0.28),
                (SCENARIOS['more_obstacles'], 0.16),
                (SCENARIOS['less_human'], 0.05),
                (SCENARIOS['less_obstacles'], 0.11),
                (replace(RAND, name='oblivious', reaction=0.0), 0.06),
                (_quick(SCENARIOS['less_obstacles'], 'quick', 1.0), 0.04),
            ),
            serves=('rand', 'less_human', 'more_human', 'less_obstacles', 'more_obstacles'),
        ),
        HeightRecipe(
            'height_indoor',
            mixture=((SCENARIOS['hallway'], 0.35), (SCENARIOS['lounge'], 0.65)),
            serves=('hallway', 'lounge'),
        ),
    )
}


def fine(recipe: HeightRecipe) -> HeightRecipe:
    """Second stage of a recipe: few worlds, many gradient steps, fit for a CPU over night.

    Large batches learn fast from scratch but level off early; from there on the number of
    gradient steps counts more than the number of samples.
    """
    return replace(
        recipe,
        pool=20_000,
        worlds=128,
        total_steps=40_000_000,
        lr=1e-4,
        final_lr=1e-5,
        entropy=(0.003, 0.0005),
        ppo=replace(recipe.ppo, epochs=2, minibatches=4, half=True),
    )


def find_recipe(name: str) -> HeightRecipe:
    """Look a recipe up by name; an unknown one lists the known ones."""
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
