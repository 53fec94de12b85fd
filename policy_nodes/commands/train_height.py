"""`policy-stack train height`: HEIGHT in the crowd world."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from policy_nodes.commands.refusals import Refusal
from policy_nodes.commands.train_display import COLUMNS, refuse_state

if TYPE_CHECKING:
    import torch

    from policy_nodes.models.height import Height
    from policy_nodes.training.height_recipe import HeightRecipe

EVALUATION_SEED = 1


def train_height(
    recipe: str,
    out: Path,
    device: str,
    *,
    minutes: float | None,
    until: float,
    asked: dict[str, int],
    stage: str,
    initial: str | None,
    seed: int,
    evaluate: int,
) -> None:
    """Train, then write picture and checkpoint; the arguments are those of the command.

    Args:
        recipe: name.
        out: folder of the run.
        device: that is there.
        minutes: of this call.
        until: share of the schedule.
        asked: values that replace those of the recipe.
        stage: first or second.
        initial: checkpoint to start from.
        seed: of the run.
        evaluate: episodes of each scenario.
    """
    chosen = _recipe(recipe, stage, initial, asked)
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
    from policy_nodes.training.height_recipe import RECIPES

    refuse_state(out, recipe.name, RECIPES, {'network', 'average', 'optimizer', 'lr', 'done'})


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
