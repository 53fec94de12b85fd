"""Train HEIGHT by PPO on the batched crowd world, with checkpoints to resume from."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from policy_nodes.geometry.orca import Room
from policy_nodes.models.height import Height
from policy_nodes.policies.height_mirrored import MirroredHeight
from policy_nodes.simulation.crowd.reward import SUCCEEDED
from policy_nodes.training.collector import Collector
from policy_nodes.training.crowd_env import CrowdEnv
from policy_nodes.training.height_recipe import HeightRecipe, draw_pool
from policy_nodes.training.ppo import Ppo

AVERAGING = 0.02  # of the weights, per update
OUTCOMES = {2: 'success', 3: 'human', 4: 'obstacle', 5: 'wall', 6: 'timeout'}


@dataclass(frozen=True)
class Progress:
    """What a progress display shows after an update.

    Attributes:
        done: share of the run, 0 to 1.
        steps: of all worlds together so far.
        rate: steps per second of this update.
        success: share of the episodes that ended in this update.
        row: everything that goes into the log.
    """

    done: float
    steps: int
    rate: float
    success: float
    row: dict[str, Any]


def train(
    recipe: HeightRecipe,
    folder: Path,
    *,
    device: str = 'cpu',
    seed: int = 0,
    minutes: float | None = None,
    until: float = 1.0,
    save_every: float = 60.0,
    graphs: bool | None = None,
    initial: dict[str, torch.Tensor] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Height:
    """Train until the recipe's steps or the minutes are spent, whichever comes first.

    Args:
        recipe: what to train on.
        folder: gets `state.pt` to resume from, which a later call finds by itself, and
            `log.jsonl` with one line an update.
        device: cpu or cuda.
        seed: of the network, the pool and the draws.
        minutes: wall time of this call; the schedule then follows the clock, not the steps.
        until: share of the schedule at which this call ends, for runs in several calls.
        save_every: seconds between checkpoints.
        graphs: compile the world's step and capture everything in CUDA graphs; on by default
            on CUDA.
        initial: weights to start from when there is nothing to resume.
        on_progress: told after every update.

    Returns:
        The network with the running average of its weights, which acts more steadily than the
        last ones.
    """
    began = time.monotonic()
    torch.manual_seed(seed)
    on_cuda = device.startswith('cuda')
    graphs = on_cuda if graphs is None else graphs
    if on_cuda:
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
    folder.mkdir(parents=True, exist_ok=True)
    network = Height(people=recipe.people).to(device)
    if initial is not None:
        network.load_state_dict(initial)
    average = {name: value.detach().clone() for name, value in network.state_dict().items()}
    acting = MirroredHeight(network) if recipe.mirrored else network
    ppo = Ppo(acting, recipe.ppo, recipe.lr, graphs=graphs)
    steps, spent = _resume(folder / 'state.pt', network, average, ppo, device)
    collector = _collector(recipe, acting, steps, seed=seed, device=device, graphs=graphs)

    saved = time.monotonic()
    with (folder / 'log.jsonl').open('a', encoding='utf-8') as log:
        while True:
            if minutes is None:
                done = steps / recipe.total_steps
            else:
                done = spent + (until - spent) * (time.monotonic() - began) / (60 * minutes)
            if done >= until:
                break
            late = max(0.0, (done - recipe.anneal_from) / (1 - recipe.anneal_from))
            ppo.target_kl = recipe.kl[0] * (1 - late) + recipe.kl[1] * late
            first, last = recipe.entropy
            ppo.entropy_weight.fill_(first * (1 - done) + last * done)

            tick = time.monotonic()
            rollout, last_value, endings = collector.collect(recipe.steps)
            ended = endings.tolist()
            collected = time.monotonic() - tick
            row = ppo.update(rollout, last_value)
            for name, value in network.state_dict().items():
                average[name].lerp_(value, AVERAGING)
            steps += recipe.steps * recipe.worlds
            rate = recipe.steps * recipe.worlds / (time.monotonic() - tick)
            episodes = max(1, sum(ended[SUCCEEDED:]))
            row |= {name: ended[code] / episodes for code, name in OUTCOMES.items()}
            row |= {
                'steps': steps,
                'episodes': episodes,
                'collect_seconds': collected,
                'reward': rollout.reward.mean().item(),
                'seconds': time.monotonic() - began,
            }
            log.write(json.dumps(row) + '\n')
            log.flush()
            if on_progress is not None:
                on_progress(Progress(done, steps, rate, row['success'], row))
            if time.monotonic() - saved > save_every:
                _save(folder / 'state.pt', network, average, ppo, steps, done)
                saved = time.monotonic()
    _save(folder / 'state.pt', network, average, ppo, steps, done)
    network.load_state_dict(average)
    return network.eval()


def read_log(file: Path) -> list[dict[str, Any]]:
    """Read the rows of a log."""
    return [json.loads(line) for line in file.read_text(encoding='utf-8').splitlines()]


def _collector(
    recipe: HeightRecipe,
    network: Height | MirroredHeight,
    steps: int,
    *,
    seed: int,
    device: str,
    graphs: bool,
) -> Collector:
    """Draw the pool and set up the worlds."""
    pool = draw_pool(recipe, seed, device)
    room = Room(edges=6, neighbors=14, rescued=recipe.worlds * pool.people // 4)
    env = CrowdEnv(
        pool,
        recipe.worlds,
        people=recipe.people,
        shaping=recipe.shaping,
        perturbation=recipe.perturbation,
        seed=seed,
        room=room if graphs else None,
    )
    return Collector(network, env, clock=steps // recipe.worlds, graphs=graphs)


def _save(
    path: Path,
    network: Height,
    average: dict[str, torch.Tensor],
    ppo: Ppo,
    steps: int,
    done: float,
) -> None:
    """Write the state whole or not at all."""
    part = path.with_suffix('.part')
    torch.save(
        {
            'network': network.state_dict(),
            'average': average,
            'optimizer': ppo.optimizer.state_dict(),
            'lr': float(ppo.lr),
            'steps': steps,
            'done': done,
        },
        part,
    )
    part.replace(path)


def _resume(
    path: Path, network: Height, average: dict[str, torch.Tensor], ppo: Ppo, device: str
) -> tuple[int, float]:
    """Load the state if there is one; return its steps and its share of the schedule."""
    if not path.exists():
        return 0, 0.0
    state = torch.load(path, map_location=device, weights_only=True)
    network.load_state_dict(state['network'])
    average.update(state['average'])
    ppo.load_optimizer(state['optimizer'], state['lr'])
    return int(state['steps']), float(state['done'])
