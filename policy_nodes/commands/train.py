"""`policy-stack train`: recipes, resumable, on CPU or CUDA."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from policy_nodes.commands.refusals import Refusal

if TYPE_CHECKING:
    import torch

    from policy_nodes.models.height import Height
    from policy_nodes.training.height_recipe import HeightRecipe

EVALUATION_SEED = 1
DEVICE = re.compile(r'auto|cpu|cuda(:\d+)?')
COLUMNS = (
    TextColumn('{task.description}'),
    BarColumn(),
    TextColumn('{task.fields[figures]}'),
    TimeRemainingColumn(),
)


def train(
    recipe: Annotated[str, typer.Argument(help='height (the arena) or height_indoor')],
    out: Annotated[Path, typer.Option(help='state, log, plot and checkpoint go here')],
    device: Annotated[str, typer.Option(help='cpu, cuda, or auto')] = 'auto',
    minutes: Annotated[
        float | None, typer.Option(help='wall time; else until the steps of the recipe', min=0.01)
    ] = None,
    until: Annotated[
        float, typer.Option(help='share of the schedule that this call ends at', min=0.01, max=1.0)
    ] = 1.0,
    steps: Annotated[
        int | None, typer.Option(help='instead of those of the recipe', min=1)
    ] = None,
    worlds: Annotated[int | None, typer.Option(help='side by side', min=1)] = None,
    pool: Annotated[int | None, typer.Option(help='episodes drawn beforehand', min=1)] = None,
    stage: Annotated[str, typer.Option(help='first, or second to go on from --initial')] = 'first',
    initial: Annotated[str | None, typer.Option(help='checkpoint to start from')] = None,
    seed: Annotated[int, typer.Option(help='of the network and the episodes', min=0)] = 0,
    evaluate: Annotated[
        int, typer.Option(help='episodes of each scenario, for contract and card', min=0)
    ] = 0,
) -> None:
    """Train a policy; a call with the same --out goes on where the last one ended.

    Example: policy-stack train height --out runs/height --device cuda --minutes 20
    """
    asked = {'total_steps': steps, 'worlds': worlds, 'pool': pool}
    chosen = _recipe(recipe, stage, initial, {k: v for k, v in asked.items() if v is not None})
    device = _device(device)
    weights = None if initial is None else _initial(initial, chosen)
    _check_folder(out, chosen)
    began = time.monotonic()
    console = Console()
    with Progress(*COLUMNS, console=console) as progress:
        network = _learn(
            progress, chosen, out, device, seed=seed, minutes=minutes, until=until, initial=weights
        )
    hours = round((time.monotonic() - began) / 3600, 3)
    said = _export(network, chosen, out, device, seed=seed, hours=hours, episodes=evaluate)
    console.print(said, soft_wrap=True, highlight=False)


def _recipe(name: str, stage: str, initial: str | None, asked: dict[str, int]) -> HeightRecipe:
    from policy_nodes.training.height_recipe import find_recipe, second_stage

    try:
        chosen = find_recipe(name)
    except ValueError as error:
        raise Refusal(str(error)) from error
    if stage not in ('first', 'second'):
        raise Refusal(f'there is no stage {stage!r}; known: first, second')
    if stage == 'second':
        if initial is None:
            raise Refusal('the second stage goes on from a checkpoint: name it with --initial')
        chosen = second_stage(chosen)
    changes: dict[str, Any] = dict(asked)
    return replace(chosen, **changes)


def _device(asked: str) -> str:
    import torch

    if not DEVICE.fullmatch(asked):
        raise Refusal(f'there is no device {asked!r}; known: auto, cpu, cuda, cuda:NUMBER')
    if asked == 'auto':
        return 'cuda' if torch.cuda.is_available() else 'cpu'
    if asked.startswith('cuda') and not torch.cuda.is_available():
        raise Refusal('this torch sees no CUDA device: use --device cpu, or install a CUDA build')
    return asked


def _initial(name: str, recipe: HeightRecipe) -> dict[str, torch.Tensor]:
    """Read the weights to start from, and check that they fit the recipe's network."""
    import torch

    from policy_nodes.contract.checkpoint import Checkpoint
    from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
    from policy_nodes.models.height import Height
    from policy_nodes.policies.height_loading import check_keys

    opened = Checkpoint.open(resolve_checkpoint(name))
    weights = {key: torch.from_numpy(value) for key, value in opened.weights().items()}
    check_keys(Height(people=recipe.people), weights)
    return weights


def _check_folder(out: Path, recipe: HeightRecipe) -> None:
    """Refuse a folder whose run cannot be gone on with."""
    import pickle

    import torch

    from policy_nodes.training.height_recipe import RECIPES

    if out.exists() and not out.is_dir():
        raise Refusal(f'{out} is no folder: give --out a folder, or a name that is free')
    state = out / 'state.pt'
    if not state.exists():
        return
    others = [name for name in RECIPES if name != recipe.name and (out / name).is_dir()]
    if others:
        raise Refusal(f'{out} holds a run of {others[0]}: give another --out for {recipe.name}')
    try:
        found = torch.load(state, map_location='cpu', weights_only=True)
        sound = {'network', 'average', 'optimizer', 'lr', 'steps', 'done'} <= found.keys()
    except (pickle.UnpicklingError, AttributeError, EOFError, OSError, RuntimeError, ValueError):
        sound = False
    if not sound:
        raise Refusal(f'{state} is no state of a training run: remove it, or give another --out')


def _learn(
    progress: Progress, recipe: HeightRecipe, out: Path, device: str, **options: Any
) -> Height:
    """Train with a bar that tells steps, rate and success."""
    from policy_nodes.training import train_height

    task = progress.add_task(recipe.name, total=1.0, figures='drawing episodes')

    def show(now: train_height.Progress) -> None:
        figures = f'{now.steps / 1e6:.2f} M steps, {now.rate:,.0f}/s, success {now.success:.2f}'
        progress.update(task, completed=now.done, figures=figures)

    return train_height.train(recipe, out, device=device, on_progress=show, **options)


def _export(
    network: Height,
    recipe: HeightRecipe,
    out: Path,
    device: str,
    *,
    seed: int,
    hours: float,
    episodes: int,
) -> str:
    """Write picture and checkpoint; say where they are."""
    import torch

    from policy_nodes.contract.trained import Trained
    from policy_nodes.evaluation.checkpoint_metrics import measure
    from policy_nodes.training.export_height import export_height, policy_of
    from policy_nodes.training.model_card import model_card
    from policy_nodes.training.revision import source_revision
    from policy_nodes.training.train_height import read_log
    from policy_nodes.training.training_plot import plot_training

    network = network.cpu()
    log = read_log(out / 'log.jsonl')
    if not log:
        raise Refusal('not one update was finished in that time: give more --minutes')
    picture = plot_training(log, out / 'training.png')
    trained = Trained(
        recipe=recipe.name,
        revision=source_revision(),
        seed=seed,
        steps=log[-1]['steps'],
        hardware=torch.cuda.get_device_name() if device.startswith('cuda') else 'CPU',
        hours=hours,
        metrics=measure(
            policy_of(network, recipe.mirrored), recipe.serves, episodes, EVALUATION_SEED
        )
        if episodes
        else (),
    )
    measured = f'Through the policy alone, seed {EVALUATION_SEED}; see `policy-stack eval`.'
    written = export_height(
        network,
        out / recipe.name,
        trained,
        model_card(recipe, trained, measured),
        scenario=recipe.serves[0],
        v_min=recipe.v_min,
        mirrored=recipe.mirrored,
        overwrite=True,
    )
    return f'checkpoint {out / written.name}, picture {picture}'
