"""What the specialists of legs are trained on: walking, climbing, jumping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import radians

from policy_nodes.simulation.barkour.terrain import (
    Terrain,
    flat,
    gaps,
    random_steps,
    slopes,
    stairs,
)
from policy_nodes.training.locomotion_reward import RewardWeights
from policy_nodes.training.ppo import PpoSettings

Grounds = Callable[[float], Terrain]
Range = tuple[float, float]


@dataclass(frozen=True)
class Commands:
    """What robots are asked for.

    Attributes:
        vx: ahead [m/s].
        vy: to the left [m/s].
        wz: about z [rad/s].
        still: share of commands that ask to stand.
        along: share of worlds that are led along the x axis of their ground, as a navigator does.
        period: time between commands [s].
        grows_until: share of the run until which ranges grow from a half to all.
    """

    vx: Range
    vy: Range
    wz: Range
    still: float = 0.1
    along: float = 0.0
    period: float = 5.0
    grows_until: float = 0.3


@dataclass(frozen=True)
class Disturbances:
    """How training worlds differ from the published model and each other.

    Attributes:
        friction: factor of that of the feet.
        mass: change of all links, as a share.
        gains: change of stiffness and damping, as a share, for each joint.
        push: speed of a push in a random direction [m/s].
        push_period: between pushes [s].
        joint_noise: of angles [rad].
        gyro_noise: of the yaw rate [rad/s].
        gravity_noise: of each entry of gravity's direction.
        scan_noise: of heights [m].
        late: share of worlds whose targets come one period late.
    """

    friction: Range = (0.5, 1.3)
    mass: float = 0.15
    gains: float = 0.15
    push: float = 0.4
    push_period: float = 3.0
    joint_noise: float = 0.03
    gyro_noise: float = 0.2
    gravity_noise: float = 0.05
    scan_noise: float = 0.02
    late: float = 0.2


@dataclass(frozen=True)
class LocomotionRecipe:
    """One training run.

    Attributes:
        name: of the recipe and of the checkpoint it makes.
        grounds: kinds of ground with their shares; each is built from a difficulty, 0 to 1.
        levels: of difficulty.
        commands: that are given.
        reward: weights of its terms.
        reach: change of a target by an action of 1 [rad]; one for all, so that one specialist
            starts from another. Stiffness times it is beyond what drives can give.
        start: range of the place along x that episodes begin at [m].
        length: place along x at which a ground is crossed [m].
        disturbances: of robots and sensors.
        seconds: of an episode.
        worlds: side by side.
        steps: per rollout.
        total_steps: of all worlds together.
        lr: first learning rate; then it follows the change of policy.
        kl: change of policy per update.
        entropy: weight of the entropy bonus, at first and at the end.
        ppo: how to learn from a rollout.
    """

    name: str
    grounds: tuple[tuple[Grounds, float], ...]
    commands: Commands
    reward: RewardWeights
    levels: int = 10
    reach: float = 0.6
    start: Range = (-1.0, 1.0)
    length: float = 6.0
    disturbances: Disturbances = field(default_factory=Disturbances)
    seconds: float = 20.0
    worlds: int = 32_768
    steps: int = 20
    total_steps: int = 300_000_000
    lr: float = 3e-4
    kl: float = 0.01
    entropy: Range = (1e-2, 1e-3)
    ppo: PpoSettings = field(
        default_factory=lambda: PpoSettings(
            epochs=4, minibatches=32, gamma=0.97, lam=0.95, max_gradient=1.0
        )
    )


def _flat(_difficulty: float) -> Terrain:
    return flat()


def _between(low: float, high: float, difficulty: float) -> float:
    return low + (high - low) * difficulty


def _mild_slopes(difficulty: float) -> Terrain:
    return slopes(radians(_between(2.0, 12.0, difficulty)))


def _slopes(difficulty: float) -> Terrain:
    return slopes(radians(_between(5.0, 33.0, difficulty)))


def _stairs(difficulty: float) -> Terrain:
    return stairs(_between(0.02, 0.11, difficulty), tread=0.4, steps=2)


def _table(difficulty: float) -> Terrain:
    return stairs(_between(0.02, 0.12, difficulty), tread=0.5, steps=1)


def _random_steps(difficulty: float) -> Terrain:
    seed = round(1000 * difficulty)
    return random_steps(_between(0.02, 0.10, difficulty), seed, length=0.8)


def _gaps(difficulty: float) -> Terrain:
    return gaps(_between(0.05, 0.65, difficulty), count=2, between=2.5)


RECIPES = {
    recipe.name: recipe
    for recipe in (
        LocomotionRecipe(
            'barkour_walk',
            grounds=(
                (_flat, 0.5),
                (_table, 0.15),
                (_stairs, 0.1),
                (_mild_slopes, 0.1),
                (_random_steps, 0.15),
            ),
            commands=Commands((-1.0, 1.6), (-1.0, 1.0), (-2.0, 2.0), along=0.3),
            reward=RewardWeights(),
            start=(-1.0, 3.0),
        ),
        LocomotionRecipe(
            'barkour_slope',
            grounds=((_slopes, 0.85), (_flat, 0.15)),
            commands=Commands((-0.4, 1.3), (-0.4, 0.4), (-1.0, 1.0), still=0.05, along=0.8),
            reward=RewardWeights(tilt=-0.5, rise=-0.3, roll_pitch=-0.03),
            length=5.6,
        ),
        LocomotionRecipe(
            'barkour_jump',
            grounds=((_gaps, 0.85), (_flat, 0.15)),
            commands=Commands((0.5, 2.4), (-0.3, 0.3), (-0.8, 0.8), still=0.05, along=0.85),
            reward=RewardWeights(tilt=-1.0, rise=-0.05, roll_pitch=-0.02, pit=-2.0),
            start=(-1.5, -0.5),
            length=7.0,
        ),
    )
}


def find_recipe(name: str) -> LocomotionRecipe:
    """Look a recipe up.

    Raises:
        ValueError: there is none of that name; the known ones are listed.
    """
    if name not in RECIPES:
        raise ValueError(f'unknown recipe {name!r}; known: {", ".join(RECIPES)}')
    return RECIPES[name]
