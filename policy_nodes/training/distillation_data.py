"""Episodes of specialists, for a policy that learns from all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import radians
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.npz_file import read_npz
from policy_nodes.policies.locomotion import LocomotionPolicy
from policy_nodes.simulation.barkour.randomisation import Randomisation
from policy_nodes.simulation.barkour.terrain import (
    Terrain,
    gaps,
    random_steps,
    slopes,
    stairs,
)
from policy_nodes.simulation.barkour.world import BarkourWorld
from policy_nodes.training.locomotion_drive import view_of

EPISODES = 1760  # a tenth of the paper's, which it found to be enough
SECONDS = 10.0
MIXTURE = {'random_steps': 'walk', 'stairs': 'walk', 'gaps': 'jump', 'slopes': 'slope'}
CHANGES = Randomisation(
    friction_low=0.6,
    friction_high=1.2,
    mass=0.1,
    gains=0.1,
    push=0.3,
    start_position=0.3,
    start_heading=0.3,
    joint_noise=0.02,
    gyro_noise=0.1,
    tilt_noise=0.03,
    scan_noise=0.01,
)
LED = 0.7  # share of episodes that are led along the middle of the ground
Student = Callable[[Mapping[str, Any], NDArray[np.float64] | None], NDArray[np.float64]]


@dataclass(frozen=True)
class Episode:
    """What happened in one episode.

    Attributes:
        terms: (steps, ...) what the robot was shown, by the names of contracts.
        target: (steps, joints) targets that its specialist proposed [rad].
        sent: (steps, joints) targets that the robot was sent [rad].
        fell: whether it ended by a fall.
    """

    terms: dict[str, NDArray[np.float32]]
    target: NDArray[np.float32]
    sent: NDArray[np.float32]
    fell: bool


def terrain_of(kind: str, random: np.random.Generator) -> Terrain:
    """Draw a ground of a kind."""
    if kind == 'random_steps':
        height, seed = float(random.uniform(0.01, 0.1)), int(random.integers(1 << 30))
        return random_steps(height, seed, length=4.0)
    if kind == 'stairs':
        return stairs(float(random.uniform(0.02, 0.11)), tread=0.4, steps=2)
    if kind == 'gaps':
        return gaps(float(random.uniform(0.1, 0.6)), count=2, between=2.5)
    return slopes(radians(float(random.uniform(0.0, 32.0))))


def drive_episode(
    number: int,
    policies: Mapping[str, LocomotionPolicy],
    *,
    seed: int,
    student: Student | None = None,
    share: float = 0.0,
) -> Episode:
    """Let a specialist run on the ground of its behaviour, and write down what it proposes.

    Args:
        number: of the episode; the kinds of ground take turns.
        policies: specialists by behaviour.
        seed: of the collection.
        student: takes over for spells (DAgger); what the specialist proposes is written down
            all the same.
        share: of the time that the student acts.
    """
    kinds = list(MIXTURE)
    kind = kinds[number % len(kinds)]
    random = np.random.default_rng((seed, number))
    terrain = terrain_of(kind, random)
    policy = policies[MIXTURE[kind]]
    low, high = policy.command_low, policy.command_high
    world = BarkourWorld(
        terrain, seed=int(random.integers(1 << 30)), randomisation=CHANGES, only_feet=True
    )
    led = bool(random.uniform() < LED) or kind == 'gaps'
    policy.reset()
    rows: dict[str, list[Any]] = {}
    targets, sent = [], []
    last, asked, acts = None, np.zeros(3), False
    for step in range(round(SECONDS / world.period)):
        if step % 100 == 0:
            asked = random.uniform(low, high) * (random.uniform() > 0.08)
        if student is not None and step % 25 == 0:
            acts = bool(random.uniform() < share)
        command = _led(world, asked, low, high) if led else asked
        values = policy.values_of(view_of(world, command))
        policy.observe(values, last)
        target = policy.answer()
        for name, value in values.items():
            rows.setdefault(name, []).append(value)
        targets.append(target)
        own = None if student is None else student(values, last)
        last = own if acts and own is not None else target
        sent.append(last)
        world.step(last, policy.kp, policy.kd)
        if world.fallen or world.base().position[0] > 9.0:
            break
    return Episode(
        {name: np.array(values, np.float32) for name, values in rows.items()},
        np.array(targets, np.float32),
        np.array(sent, np.float32),
        world.fallen,
    )


def write_episodes(file: Path, episodes: list[Episode]) -> None:
    """Write episodes as one npz, whole or not at all."""
    arrays: dict[str, Any] = {
        f'term/{name}': np.concatenate([each.terms[name] for each in episodes])
        for name in episodes[0].terms
    }
    arrays['target'] = np.concatenate([each.target for each in episodes])
    arrays['sent'] = np.concatenate([each.sent for each in episodes])
    arrays['length'] = np.array([len(each.target) for each in episodes])
    arrays['fell'] = np.array([each.fell for each in episodes])
    part = file.with_suffix('.part')
    with part.open('wb') as stream:
        np.savez(stream, **arrays)
    part.replace(file)


def read_episodes(files: list[Path]) -> list[Episode]:
    """Read episodes; nothing in the files can run code.

    Raises:
        ContractError: a file that is none.
    """
    episodes = []
    for file in files:
        arrays = read_npz(file)
        ends = np.cumsum(arrays['length'])
        for number, end in enumerate(ends):
            part = slice(int(end - arrays['length'][number]), int(end))
            terms = {
                key.removeprefix('term/'): value[part]
                for key, value in arrays.items()
                if key.startswith('term/')
            }
            episodes.append(
                Episode(
                    terms,
                    arrays['target'][part],
                    arrays['sent'][part],
                    bool(arrays['fell'][number]),
                )
            )
    return episodes


def _led(
    world: BarkourWorld, asked: NDArray[Any], low: NDArray[Any], high: NDArray[Any]
) -> NDArray[np.float64]:
    """Lead a robot along the middle of its ground, as a navigator does."""
    ahead = max(0.3, abs(float(asked[0])))
    aside = -0.8 * float(world.base().position[1])
    return np.clip(np.array([ahead, aside, -1.5 * world.heading()]), low, high)
