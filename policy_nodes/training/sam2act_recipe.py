"""How SAM2Act and SAM2Act+ are trained: key frames first, then the memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from policy_nodes.models.sam2act.config import Sam2ActConfig, small_sam2act
from policy_nodes.training.keyframes import START_EVERY

BOUNDS = ((-0.3, -0.5, 0.6), (0.7, 0.5, 1.6))
"""Lowest and highest corner of the scene in the world [m]."""


@dataclass(frozen=True)
class Sam2ActRecipe:
    """One stage of training.

    Attributes:
        name: of the recipe and of the checkpoint it makes.
        network: its sizes.
        stage: `keyframes` trains all but the memory on single key steps; `memory` trains the
            memory and the coarse stage's heat-map head on sequences.
        bounds: lowest and highest corner of the scene in the world [m].
        batch: samples, or sequences, of a gradient step.
        steps: gradient steps of the whole run.
        lr: highest learning rate.
        last_lr: share of it that is left at the end of the cosine.
        warm_up: gradient steps until the highest learning rate.
        optimiser: `adamw` or `lamb`, which the authors use for large batches.
        weight_decay: of the optimiser.
        max_gradient: norm that gradients are clipped to.
        averaging: of the weights that are handed out, per step; 1 hands out the last ones.
        start_every: distance of the frames that samples start from; None for the first alone.
        shift: of scene and key pose together, as a share of the bounds' sides.
        yaw: turn of both about the vertical [rad].
        sigma: of the heat maps' Gaussians [pixel].
        centre_noise: of the fine stage's centre around the key pose, in the unit of the cube.
        bin_noise: of the angles that the later ones are told.
    """

    name: str
    network: Sam2ActConfig
    stage: str = 'keyframes'
    bounds: tuple[tuple[float, float, float], tuple[float, float, float]] = BOUNDS
    batch: int = 64
    steps: int = 20_000
    lr: float = 5e-4
    last_lr: float = 0.01
    warm_up: int = 500
    optimiser: str = 'adamw'
    weight_decay: float = 1e-4
    max_gradient: float = 10.0
    averaging: float = 0.002
    start_every: int | None = START_EVERY
    shift: float = 0.125
    yaw: float = math.radians(45)
    sigma: float = 1.5
    centre_noise: float = 0.1
    bin_noise: int = 2

    def __post_init__(self) -> None:
        choices = {
            'stage': (self.stage, ('keyframes', 'memory')),
            'optimiser': (self.optimiser, ('adamw', 'lamb')),
        }
        for name, (given, known) in choices.items():
            if given not in known:
                raise ValueError(f'there is no {name} {given!r}; known: {", ".join(known)}')
        if self.stage == 'memory' and not self.network.memory:
            raise ValueError(f'{self.name} has no memory to train; give its network memory=True')

    @property
    def sequence(self) -> int:
        """Key steps of a sequence: what the memory holds, and the present one."""
        return self.network.sam2.memory.steps + 1

    def rate(self, step: int) -> float:
        """Learning rate of a gradient step: linear warm-up, then a cosine."""
        if step < self.warm_up:
            return self.lr * (step + 1) / self.warm_up
        gone = (step - self.warm_up) / max(1, self.steps - self.warm_up)
        falling = 0.5 * (1 + math.cos(math.pi * min(1.0, gone)))
        return self.lr * (self.last_lr + (1 - self.last_lr) * falling)


def second_stage(recipe: Sam2ActRecipe) -> Sam2ActRecipe:
    """Train the memory of a network that a recipe of key frames has trained."""
    return replace(
        recipe,
        name=recipe.name.removesuffix('_keyframes') + '_plus',
        network=replace(recipe.network, memory=True),
        stage='memory',
        batch=max(1, recipe.batch // 4),
        steps=max(1, recipe.steps // 4),
        lr=recipe.lr / 2,
        warm_up=min(recipe.warm_up, max(1, recipe.steps // 40)),
    )


SMALL = Sam2ActRecipe('sam2act', small_sam2act(memory=False))

# what the finer maps of the image encoder are good for
COARSE_UPSAMPLING = replace(
    SMALL,
    name='sam2act_coarse_upsampling',
    network=replace(SMALL.network, multi_resolution=False),
)

# 1.25e-5 a sample, 256 samples; 90 epochs of 160,000 samples
PUBLISHED = Sam2ActRecipe(
    'sam2act_published',
    Sam2ActConfig(memory=False),
    batch=256,
    steps=56_250,
    lr=3.2e-3,
    warm_up=2000,
    optimiser='lamb',
    averaging=1.0,
)

# 1.25e-6 a sample, 320 samples in 32 sequences; 20 epochs of 160,000 samples
PUBLISHED_PLUS = replace(second_stage(PUBLISHED), batch=32, steps=10_000, lr=4e-4, warm_up=2000)

RECIPES = {
    recipe.name: recipe
    for recipe in (SMALL, second_stage(SMALL), COARSE_UPSAMPLING, PUBLISHED, PUBLISHED_PLUS)
}


def find_recipe(name: str) -> Sam2ActRecipe:
    """Look a recipe up by name; an unknown one lists the known ones."""
    if name not in RECIPES:
        raise ValueError(f'unknown recipe {name!r}; known: {", ".join(RECIPES)}')
    return RECIPES[name]
