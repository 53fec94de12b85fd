"""`policy-stack train people_detector`: a detector of people in the sweeps of a lidar."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from policy_nodes.commands.train_display import COLUMNS, refuse_state
from policy_nodes.commands.train_sam2act import spent_seconds

if TYPE_CHECKING:
    import torch

    from policy_nodes.models.flatformer.detector import FlatFormerDetector
    from policy_nodes.training.detector_recipe import DetectorRecipe

STATE = {'network', 'optimiser', 'schedule'}
EVALUATION_SEED = 77
LEAST_SCORE, MOST = 0.02, 100  # average precision wants the doubtful ones as well


def train_detector(
    out: Path,
    device: str,
    *,
    minutes: float | None,
    asked: Mapping[str, int],
    initial: str | None,
    seed: int,
    evaluate: int,
) -> None:
    """Train, evaluate and write the checkpoint.

    Args:
        out: folder of the run.
        device: to train on.
        minutes: of this call; None for no limit.
        asked: fields of the recipe that are given.
        initial: checkpoint to start from; None for new weights.
        seed: of weights and scenes.
        evaluate: unseen scenes for contract and card.
    """
    from policy_nodes.training import train_detector as training
    from policy_nodes.training.detector_recipe import DetectorRecipe

    changes: dict[str, Any] = dict(asked)
    recipe = replace(DetectorRecipe(), **changes)
    refuse_state(out, recipe.name, [recipe.name], STATE)
    weights = None if initial is None else _weights(initial)
    console = Console()
    with Progress(*COLUMNS, console=console) as progress:
        task = progress.add_task(recipe.name, total=1.0, figures='')

        def show(now: training.Progress) -> None:
            told = ', '.join(f'{name} {now.row[name]:.3f}' for name in ('heat', 'box', 'fit'))
            figures = f'step {now.steps:,}, {now.rate:.1f}/s, {told}'
            progress.update(task, completed=now.done, figures=figures)

        network = training.train(
            recipe,
            out,
            seed=seed,
            device=device,
            minutes=minutes,
            initial=weights,
            on_progress=show,
        )
    history = () if initial is None else (f'It began with the weights of `{initial}`.',)
    said = _export(console, network.cpu(), recipe, out, device, seed, evaluate, history)
    console.print(said, soft_wrap=True, highlight=False, markup=False)


def _weights(name: str) -> dict[str, torch.Tensor]:
    import torch

    from policy_nodes.contract.checkpoint import Checkpoint
    from policy_nodes.contract.checkpoint_folders import resolve_checkpoint

    opened = Checkpoint.open(resolve_checkpoint(name))
    return {key: torch.from_numpy(value) for key, value in opened.weights().items()}


def _export(
    console: Console,
    network: FlatFormerDetector,
    recipe: DetectorRecipe,
    out: Path,
    device: str,
    seed: int,
    evaluate: int,
    history: Sequence[str],
) -> str:
    """Write picture and checkpoint; say where they are."""
    import torch

    from policy_nodes.contract.trained import Trained
    from policy_nodes.perception.people_detector import PeopleDetector
    from policy_nodes.training.detector_figures import precision
    from policy_nodes.training.detector_plot import plot_detector_training
    from policy_nodes.training.export_detector import (
        detector_card,
        detector_metrics,
        export_detector,
    )
    from policy_nodes.training.lidar_scenes import scenes
    from policy_nodes.training.revision import source_revision
    from policy_nodes.training.train_detector import found_in

    text = (out / 'log.jsonl').read_text(encoding='utf-8')
    log: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    picture = plot_detector_training(log, out / 'training.png') if log else None
    detector = PeopleDetector(network, threshold=LEAST_SCORE, most=MOST)
    with Progress(console=console, transient=True) as progress:
        unseen = islice(scenes(EVALUATION_SEED, vary=False), evaluate)
        shown = progress.track(unseen, total=evaluate, description='evaluating')
        found = [found_in(detector, scene) for scene in shown]
    overall = precision(found) if found else None
    trained = Trained(
        recipe=recipe.name,
        revision=source_revision(),
        seed=seed,
        steps=log[-1]['steps'] if log else 0,
        hardware=torch.cuda.get_device_name() if device.startswith('cuda') else 'CPU',
        hours=round(spent_seconds(log) / 3600, 3),
        metrics=detector_metrics(found) if found else (),
    )
    card = detector_card(recipe, trained, overall, len(found), history)
    written = export_detector(network, out / recipe.name, trained, card, overwrite=True)
    told = f', average precision {overall.average:.3f}' if overall else ''
    return f'checkpoint {out / written.name}, picture {picture}{told}'
