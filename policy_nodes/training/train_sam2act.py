"""Train SAM2Act or the memory of SAM2Act+ on demonstrations, with checkpoints to resume from."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim import AdamW, Optimizer

from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.training.sam2act_data import KeyframeData
from policy_nodes.training.sam2act_lamb import Lamb
from policy_nodes.training.sam2act_recipe import Sam2ActRecipe
from policy_nodes.training.sam2act_steps import (
    choose_mode,
    choose_trainable,
    keyframe_loss,
    memory_loss,
)


@dataclass(frozen=True)
class Progress:
    """What a progress display shows, once a row of the log.

    Attributes:
        done: share of the run, 0 to 1.
        steps: gradient steps so far.
        rate: gradient steps per second since the row before.
        row: everything that goes into the log.
    """

    done: float
    steps: int
    rate: float
    row: dict[str, Any]


def train(
    recipe: Sam2ActRecipe,
    data: KeyframeData,
    folder: Path,
    *,
    seed: int = 0,
    minutes: float | None = None,
    until: float = 1.0,
    half: bool | None = None,
    save_every: float = 60.0,
    row_every: int = 50,
    initial: Mapping[str, Tensor] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Sam2Act:
    """Train until the recipe's steps or the minutes are spent, whichever comes first.

    The draws of a step, its augmentation and its dropout depend on the seed and the number of
    the step alone, so a run that was broken off goes on with the same numbers.

    Args:
        recipe: how to train.
        data: what on; its device is the one that trains.
        folder: gets `state.pt` to resume from, which a later call finds by itself, and
            `log.jsonl`.
        seed: of the network and the draws.
        minutes: wall time of this call, which does one step at least; the schedule goes by
            steps all the same.
        until: share of the steps at which this call ends, for runs in several calls.
        half: compute the network in bfloat16; by default on CUDA.
        save_every: seconds between checkpoints.
        row_every: gradient steps of a row of the log.
        initial: weights to start from when there is nothing to resume. The memory's stage needs
            those of the stage before; what they lack of the memory starts anew.
        on_progress: told after every row.

    Returns:
        The network with the running average of its weights.

    Raises:
        ValueError: the memory's stage has no weights to start from, or some are missing.
    """
    began = time.monotonic()
    torch.manual_seed(seed)
    device = data.device
    on_cuda = device.type == 'cuda'
    half = on_cuda if half is None else half
    if on_cuda:
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
    state_file = folder / 'state.pt'
    network = Sam2Act(recipe.network).to(device)
    if initial is not None:
        load_initial(network, initial)
    elif recipe.stage == 'memory' and not state_file.exists():
        raise ValueError(
            f'{recipe.name} trains the memory alone: give it the weights of a network that was '
            'trained on key frames'
        )
    folder.mkdir(parents=True, exist_ok=True)
    trained = set(choose_trainable(network, recipe))
    optimiser = _optimiser(recipe, [p for p in network.parameters() if p.requires_grad])
    average = {name: value.detach().clone() for name, value in network.state_dict().items()}
    step = _resume(state_file, network, average, optimiser, device)
    follower = _Follower(average, network, trained)
    loss_of = memory_loss if recipe.stage == 'memory' else keyframe_loss
    generator = torch.Generator(device)
    last = round(recipe.steps * until)

    choose_mode(network, recipe)
    collected: list[dict[str, Tensor]] = []
    saved = tick = time.monotonic()
    with (folder / 'log.jsonl').open('a', encoding='utf-8') as log:
        while step < last:
            _seed_step(seed, step, generator)
            for group in optimiser.param_groups:
                group['lr'] = recipe.rate(step)
            loss, parts = loss_of(network, data, recipe, generator, half)
            optimiser.zero_grad()
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(
                (p for p in network.parameters() if p.requires_grad), recipe.max_gradient
            )
            optimiser.step()
            step += 1
            follower.follow(recipe.averaging)
            collected.append(parts | {'loss': loss.detach(), 'gradient': norm.detach()})

            late = minutes is not None and time.monotonic() - began > 60 * minutes
            if step % row_every == 0 or step == last or late:
                row: dict[str, Any] = {'steps': step, 'lr': recipe.rate(step - 1)}
                row |= {
                    name: torch.stack([parts[name].float() for parts in collected]).mean().item()
                    for name in collected[0]
                }
                now = time.monotonic()
                row |= {'seconds': now - began, 'rate': len(collected) / (now - tick)}
                log.write(json.dumps(row) + '\n')
                log.flush()
                if on_progress is not None:
                    on_progress(Progress(step / recipe.steps, step, row['rate'], row))
                collected, tick = [], now
            if late:
                break
            if time.monotonic() - saved > save_every:
                _save(state_file, recipe, network, average, optimiser, step)
                saved = time.monotonic()
    _save(state_file, recipe, network, average, optimiser, step)
    network.load_state_dict(average)
    return network.eval()


def load_initial(network: Sam2Act, weights: Mapping[str, Tensor]) -> None:
    """Start from weights; only tensors of the memory may be missing.

    Raises:
        ValueError: naming what is missing, unknown or of another shape.
    """
    try:
        problem = network.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        # torch names every tensor and both shapes, in lines of its own
        named = ' '.join(str(error).split())
        raise ValueError(f'the weights do not fit the network: {named}') from error
    missing = [
        name
        for name in problem.missing_keys
        if not name.startswith(('sam2.memory_', 'sam2.maskmem_tpos_enc'))
    ]
    if missing or problem.unexpected_keys:
        raise ValueError(
            f'the weights do not fit the network: missing {missing[:3]}, unknown '
            f'{problem.unexpected_keys[:3]}; give those of the same sizes'
        )


def _optimiser(recipe: Sam2ActRecipe, parameters: list[Tensor]) -> Optimizer:
    if recipe.optimiser == 'lamb':
        return Lamb(parameters, recipe.lr, weight_decay=recipe.weight_decay)
    return AdamW(parameters, recipe.lr, weight_decay=recipe.weight_decay)


def _seed_step(seed: int, step: int, generator: torch.Generator) -> None:
    """Make the draws of a step depend on nothing but the run's seed and its number."""
    mixed = (seed * 0x9E3779B97F4A7C15 + step * 0xBF58476D1CE4E5B9 + 1) % (1 << 62)
    generator.manual_seed(mixed)
    torch.manual_seed(mixed)


class _Follower:
    """Lets the average follow what was trained; buffers and counters are taken over.

    Which tensors those are is found once: walking through all modules takes longer than a step.
    """

    def __init__(self, average: Mapping[str, Tensor], network: Sam2Act, trained: set[str]) -> None:
        values = network.state_dict()  # shares its memory with the network
        kept = {name for name, _ in network.named_parameters()} - trained
        copied = values.keys() - trained - kept
        self._average = [average[name] for name in values if name in trained]
        self._trained = [values[name] for name in values if name in trained]
        self._copied = [(average[name], values[name]) for name in sorted(copied)]

    @torch.no_grad()
    def follow(self, share: float) -> None:
        torch._foreach_lerp_(self._average, self._trained, share)
        for mine, value in self._copied:
            mine.copy_(value)


def _save(
    path: Path,
    recipe: Sam2ActRecipe,
    network: Sam2Act,
    average: dict[str, Tensor],
    optimiser: Optimizer,
    step: int,
) -> None:
    """Write the state whole or not at all."""
    part = path.with_suffix('.part')
    torch.save(
        {
            'recipe': recipe.name,
            'network': network.state_dict(),
            'average': average,
            'optimizer': optimiser.state_dict(),
            'steps': step,
        },
        part,
    )
    part.replace(path)


def _resume(
    path: Path,
    network: Sam2Act,
    average: dict[str, Tensor],
    optimiser: Optimizer,
    device: torch.device,
) -> int:
    """Load the state if there is one; return its steps."""
    if not path.exists():
        return 0
    state = torch.load(path, map_location=device, weights_only=True)
    network.load_state_dict(state['network'])
    average.update(state['average'])
    optimiser.load_state_dict(state['optimizer'])
    return int(state['steps'])
