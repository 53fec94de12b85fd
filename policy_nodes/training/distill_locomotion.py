"""Distil specialists into one policy that sees the ground: behaviour cloning, then DAgger.

The student learns the specialists' targets by the squared error of its next action, as the paper
does; our own addition are rounds in which the student acts for spells and the specialists say
what they would have done (Ross et al., arXiv 1011.0686).
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from policy_nodes.contract.contract import Contract
from policy_nodes.models.locomotion_input import LocomotionInput
from policy_nodes.policies.locomotion import LocomotionPolicy
from policy_nodes.policies.locomotion_contract import NetworkType
from policy_nodes.training.distillation_data import (
    drive_episode,
    read_episodes,
    write_episodes,
)
from policy_nodes.training.distillation_rows import Rows, rows_of

STATE = {'recipe', 'network', 'optimizer', 'steps', 'done', 'round'}
CHUNK = 40  # episodes in a file


@dataclass(frozen=True)
class DistillationRecipe:
    """One distillation.

    Attributes:
        name: of the recipe and of the checkpoint.
        form: transformer or mlp.
        reach: change of a target by an action of 1 [rad]; that of the specialists.
        episodes: of the first round.
        rounds: of DAgger after it.
        more: episodes of each.
        share: of the time that the student acts in them.
        total_steps: of all rounds together, in gradient steps.
        batch: samples a step.
        lr: learning rate at the beginning of each round; it falls to nothing.
        decay: of the weights.
    """

    name: str
    form: str
    reach: float = 0.6
    episodes: int = 1760
    rounds: int = 3
    more: int = 440
    share: float = 0.6
    total_steps: int = 40_000
    batch: int = 1024
    lr: float = 5e-4
    decay: float = 1e-4


RECIPES = {
    recipe.name: recipe
    for recipe in (
        DistillationRecipe('barkour_transformer', 'transformer'),
        DistillationRecipe('barkour_mlp', 'mlp', total_steps=60_000),
    )
}


@dataclass(frozen=True)
class DistillationProgress:
    """What a display shows.

    Attributes:
        done: share of the run.
        words: what is under way.
    """

    done: float
    words: str


def collect_episodes(
    folder: Path,
    policies: Mapping[str, LocomotionPolicy],
    count: int,
    *,
    seed: int,
    workers: int = 1,
    student: LocomotionPolicy | None = None,
    share: float = 0.0,
    on_episode: Callable[[int], None] | None = None,
) -> list[Path]:
    """Collect episodes into files, a chunk each; files that are there are kept.

    Args:
        folder: of the files.
        policies: specialists by behaviour.
        count: of episodes.
        seed: of the collection.
        workers: processes.
        student: acts for spells.
        share: of the time that it does.
        on_episode: told how many are there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    act = None if student is None else partial(_act, student)
    drive = partial(drive_episode, policies=policies, seed=seed, student=act, share=share)
    files = []
    # spawned, since a process whose threads compute must not be forked
    pool = (
        ProcessPoolExecutor(workers, get_context('spawn'), torch.set_num_threads, (1,))
        if workers > 1
        else None
    )
    try:
        for first in range(0, count, CHUNK):
            file = folder / f'{first:06d}.npz'
            files.append(file)
            last = min(count, first + CHUNK)
            if not file.exists():
                numbers = range(first, last)
                done = map(drive, numbers) if pool is None else pool.map(drive, numbers)
                write_episodes(file, list(done))
            if on_episode is not None:
                on_episode(last)
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
    return files


def distill(
    recipe: DistillationRecipe,
    network: NetworkType,
    contract: Contract,
    policies: Mapping[str, LocomotionPolicy],
    folder: Path,
    *,
    device: str = 'cpu',
    seed: int = 0,
    workers: int = 1,
    minutes: float | None = None,
    until: float = 1.0,
    on_progress: Callable[[DistillationProgress], None] | None = None,
) -> NetworkType:
    """Collect and learn, round by round, until the steps or the minutes are spent.

    Args:
        recipe: how.
        network: with fresh weights; it is trained.
        contract: that its checkpoint will have, which says how observations are scaled.
        policies: specialists by behaviour.
        folder: gets episodes, `state.pt` to resume from and `log.jsonl`.
        device: to learn on.
        seed: of all draws.
        workers: processes that collect.
        minutes: wall time of this call; collecting is not cut short.
        until: share of the schedule at which this call ends.
        on_progress: told what is under way.
    """
    began = time.monotonic()
    torch.manual_seed(seed)
    network.to(device)
    optimizer = torch.optim.AdamW(network.parameters(), recipe.lr, weight_decay=recipe.decay)
    state, steps, files = folder / 'state.pt', 0, []
    if state.exists():
        kept = torch.load(state, map_location=device, weights_only=True)
        network.load_state_dict(kept['network'])
        optimizer.load_state_dict(kept['optimizer'])
        steps = int(kept['steps'])
    per_round = -(-recipe.total_steps // (recipe.rounds + 1))
    say = on_progress or (lambda _: None)
    folder.mkdir(parents=True, exist_ok=True)
    goal = int(until * recipe.total_steps)

    def out_of_time() -> bool:
        return minutes is not None and time.monotonic() - began > 60.0 * minutes

    with (folder / 'log.jsonl').open('a', encoding='utf-8') as log:
        for number in range(recipe.rounds + 1):
            place = folder / f'round_{number}'
            end = min(goal, (number + 1) * per_round)
            count = recipe.episodes if number == 0 else recipe.more
            over = steps >= end
            if over and not place.exists():
                break
            student = None
            if number:
                student = LocomotionPolicy(network.cpu(), contract)
            done = steps / recipe.total_steps
            files += collect_episodes(
                place,
                policies,
                count,
                seed=seed + number,
                workers=workers,
                student=student,
                share=recipe.share,
                on_episode=lambda n, r=number, d=done: say(
                    DistillationProgress(d, f'round {r}: {n} episodes')
                ),
            )
            if over:
                continue
            network.to(device)
            rows = rows_of(read_episodes(files), contract, device)
            while steps < end and not out_of_time():
                share = (steps - number * per_round) / per_round
                for group in optimizer.param_groups:
                    group['lr'] = recipe.lr * 0.5 * (1.0 + math.cos(math.pi * share))
                loss = _learn(network, optimizer, rows, recipe.batch)
                steps += 1
                if steps % 50 == 0 or steps == end:
                    row = {'steps': steps, 'round': number, 'loss': float(loss)}
                    row['seconds'] = time.monotonic() - began
                    log.write(json.dumps(row) + '\n')
                    log.flush()
                    words = f'round {number}: {len(rows.target):,} samples, error {loss:.5f}'
                    say(DistillationProgress(steps / recipe.total_steps, words))
                if steps % 2000 == 0:
                    _save(state, recipe, network, optimizer, steps, number)
            _save(state, recipe, network, optimizer, steps, number)
            if out_of_time():
                break
    return network.cpu().eval()


def _act(
    student: LocomotionPolicy, values: Mapping[str, Any], last: np.ndarray | None
) -> np.ndarray:
    if last is None:
        student.reset()
    student.observe(values, last)
    return student.answer()


def _learn(
    network: NetworkType, optimizer: torch.optim.Optimizer, rows: Rows, batch: int
) -> Tensor:
    """One gradient step; the loss is the mean squared error of the action."""
    network.train()
    part = torch.randint(len(rows.target), (batch,), device=rows.target.device)
    action = network(LocomotionInput(rows.frames_at(part), rows.near[part], rows.ahead[part]))
    loss = (action - rows.target[part]).square().mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return loss.detach()


def _save(
    path: Path,
    recipe: DistillationRecipe,
    network: NetworkType,
    optimizer: torch.optim.Optimizer,
    steps: int,
    number: int,
) -> None:
    part = path.with_suffix('.part')
    torch.save(
        {
            'recipe': recipe.name,
            'network': network.state_dict(),
            'optimizer': optimizer.state_dict(),
            'steps': steps,
            'done': steps / recipe.total_steps,
            'round': number,
        },
        part,
    )
    part.replace(path)
