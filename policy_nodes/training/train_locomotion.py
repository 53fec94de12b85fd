"""Train a specialist of legs by PPO, with checkpoints to resume from."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from policy_nodes.models.locomotion_mlp import LocomotionMlp
from policy_nodes.policies.height_field import AHEAD, NEAR
from policy_nodes.simulation.barkour.legged_robot import LeggedRobot
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.training.locomotion_actor_critic import FIRST_SPREAD, ActorCritic
from policy_nodes.training.locomotion_env import PRIVILEGED, WINDOW, LocomotionEnv, build_bank
from policy_nodes.training.locomotion_ground import GroundBank
from policy_nodes.training.locomotion_physics import LegPhysics
from policy_nodes.training.locomotion_ppo import LegPpo, collect
from policy_nodes.training.locomotion_recipe import LocomotionRecipe

ENGINES = ('mjx', 'cpu')
STATE = {'recipe', 'network', 'optimizer', 'lr', 'steps', 'done', 'levels'}


@dataclass(frozen=True)
class LegProgress:
    """What a progress display shows after an update.

    Attributes:
        done: share of the run, 0 to 1.
        steps: of all worlds together so far.
        rate: steps per second of this update.
        row: everything that goes into the log.
    """

    done: float
    steps: int
    rate: float
    row: dict[str, Any]


def train_specialist(
    recipe: LocomotionRecipe,
    folder: Path,
    *,
    device: str = 'cpu',
    engine: str = 'cpu',
    threads: int = 1,
    seed: int = 0,
    minutes: float | None = None,
    until: float = 1.0,
    save_every: float = 60.0,
    initial: LocomotionMlp | None = None,
    robot: LeggedRobot = BARKOUR,
    on_progress: Callable[[LegProgress], None] | None = None,
) -> LocomotionMlp:
    """Train until the recipe's steps or the minutes are spent, whichever comes first.

    Args:
        recipe: what to train on.
        folder: gets `state.pt` to resume from, which a later call finds by itself, and
            `log.jsonl` with one line an update.
        device: of the learning, cpu or cuda.
        engine: of the physics: mjx on the device of jax, or cpu by mujoco.rollout.
        threads: of the engine cpu.
        seed: of network and draws.
        minutes: wall time of this call; the schedule then follows the clock, not the steps.
        until: share of the schedule at which this call ends, for runs in several calls.
        save_every: seconds between checkpoints.
        initial: exported actor to start from when there is nothing to resume.
        robot: that learns.
        on_progress: told after every update.

    Returns:
        The actor with the normalisation of observations in its first layer.

    Raises:
        ValueError: an unknown engine.
    """
    began = time.monotonic()
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    network = ActorCritic(new_actor(recipe, robot), PRIVILEGED).to(device)
    if initial is not None:
        start_from(network, initial)
    ppo = LegPpo(network, recipe.ppo, recipe.lr)
    steps, spent, levels = _resume(folder / 'state.pt', ppo, device)
    bank = build_bank(recipe, device)
    physics = build_physics(engine, robot, bank, recipe.worlds, device, threads)
    # a resumed run draws anew
    env = LocomotionEnv(
        robot, physics, bank, recipe, recipe.worlds, seed=seed + steps, device=device
    )
    if levels is not None:
        env.set_levels(levels)
    saved, done = time.monotonic(), spent
    with (folder / 'log.jsonl').open('a', encoding='utf-8') as log:
        while True:
            if minutes is None:
                done = steps / recipe.total_steps
            else:
                done = spent + (until - spent) * (time.monotonic() - began) / (60.0 * minutes)
            if done >= until:
                break
            env.progress = done
            first, last = recipe.entropy
            ppo.entropy_weight = first + (last - first) * done
            ppo.target_kl = recipe.kl
            tick = time.monotonic()
            rollout = collect(network, env, recipe.steps, recipe.ppo.gamma)
            collected = time.monotonic() - tick
            row = rollout.figures | ppo.update(rollout)
            steps += recipe.steps * recipe.worlds
            rate = recipe.steps * recipe.worlds / (time.monotonic() - tick)
            row |= {
                'steps': steps,
                'done': done,
                'collect_seconds': collected,
                'seconds': time.monotonic() - began,
            }
            log.write(json.dumps(row) + '\n')
            log.flush()
            if on_progress is not None:
                on_progress(LegProgress(done, steps, rate, row))
            if time.monotonic() - saved > save_every:
                _save(folder / 'state.pt', recipe, ppo, env, steps, done)
                saved = time.monotonic()
    _save(folder / 'state.pt', recipe, ppo, env, steps, done)
    return network.exported()


def new_actor(recipe: LocomotionRecipe, robot: LeggedRobot) -> LocomotionMlp:
    """An actor that sees the ground, with fresh weights."""
    grids = ((grid.rows, grid.columns) for grid in (NEAR, AHEAD))
    return LocomotionMlp(len(robot.joints), WINDOW, *grids)


def start_from(network: ActorCritic, actor: LocomotionMlp) -> None:
    """Take the weights of an exported actor; it goes on reading observations as they are."""
    network.actor.load_state_dict(actor.state_dict())
    with torch.no_grad():
        # what it can do is kept, what it tries is wide again
        network.actor.head.weight[actor.joints :] = 0.0
        network.actor.head.bias[actor.joints :] = FIRST_SPREAD
    # already folded: the running normaliser must not change what the actor reads
    network.seen.frozen = True


def build_physics(
    engine: str,
    robot: LeggedRobot,
    bank: GroundBank,
    worlds: int,
    device: str,
    threads: int,
) -> LegPhysics:
    """Build an engine.

    Raises:
        ValueError: there is none of that name.
    """
    if engine == 'cpu':
        from policy_nodes.training.locomotion_physics_cpu import CpuPhysics

        return CpuPhysics(robot, bank, worlds, threads=threads, device=device)
    if engine == 'mjx':
        from policy_nodes.training.locomotion_physics_mjx import MjxPhysics

        return MjxPhysics(robot, bank, worlds, device=device)
    raise ValueError(f'there is no engine {engine!r}; known: {", ".join(ENGINES)}')


def read_log(file: Path) -> list[dict[str, Any]]:
    """Read the rows of a log."""
    return [json.loads(line) for line in file.read_text(encoding='utf-8').splitlines()]


def _save(
    path: Path,
    recipe: LocomotionRecipe,
    ppo: LegPpo,
    env: LocomotionEnv,
    steps: int,
    done: float,
) -> None:
    """Write the state whole or not at all."""
    part = path.with_suffix('.part')
    torch.save(
        {
            'recipe': recipe.name,
            'network': ppo.network.state_dict(),
            'frozen': ppo.network.seen.frozen,
            'optimizer': ppo.optimizer.state_dict(),
            'lr': ppo.lr,
            'steps': steps,
            'done': done,
            'levels': env.level,
        },
        part,
    )
    part.replace(path)


def _resume(path: Path, ppo: LegPpo, device: str) -> tuple[int, float, torch.Tensor | None]:
    """Load the state if there is one: its steps, its share of the schedule, and levels."""
    if not path.exists():
        return 0, 0.0, None
    state = torch.load(path, map_location=device, weights_only=True)
    ppo.network.load_state_dict(state['network'])
    ppo.network.seen.frozen = state['frozen']
    ppo.optimizer.load_state_dict(state['optimizer'])
    ppo.set_lr(state['lr'])
    return int(state['steps']), float(state['done']), state['levels']
