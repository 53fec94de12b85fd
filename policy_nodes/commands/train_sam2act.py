"""`policy-stack train sam2act`: SAM2Act on demonstrations, then the memory of SAM2Act+."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from policy_nodes.commands.refusals import Refusal
from policy_nodes.commands.train_display import COLUMNS, refuse_state

if TYPE_CHECKING:
    import torch

    from policy_nodes.models.sam2act.network import Sam2Act
    from policy_nodes.policies.language import LanguageEncoder
    from policy_nodes.training.demonstrations import Demonstration
    from policy_nodes.training.sam2act_card import DataFacts
    from policy_nodes.training.sam2act_recipe import Sam2ActRecipe

STATE = {'network', 'average', 'optimizer'}


def train_sam2act(
    name: str,
    out: Path,
    data: Path | None,
    device: str,
    *,
    minutes: float | None,
    until: float,
    asked: Mapping[str, int],
    initial: str | None,
    language: Path | None,
    seed: int,
) -> None:
    """Train, then write picture and checkpoint.

    Args:
        name: of the recipe.
        out: folder of the run.
        data: folder of demonstrations.
        device: that is there.
        minutes: of this call.
        until: share of the schedule.
        asked: values that replace those of the recipe.
        initial: checkpoint, or run, to start from.
        language: folder of CLIP, where the recipe needs it.
        seed: of the run.

    Raises:
        Refusal: something that is asked for cannot be done; nothing is written then.
        ContractError: a checkpoint or a demonstration cannot be used.
    """
    from policy_nodes.training.sam2act_recipe import RECIPES, find_recipe

    try:
        found = find_recipe(name)
    except ValueError as error:
        raise Refusal(str(error)) from error
    changes: dict[str, Any] = dict(asked)
    recipe = replace(found, **changes)
    if data is None:
        raise Refusal(
            f'{name} learns from demonstrations: name their folder with --data; '
            '`policy-stack demonstrations collect` makes them'
        )
    refuse_state(out, recipe.name, RECIPES, STATE)
    weights = None if initial is None else _initial(initial)
    _refuse_nothing_to_start_from(recipe, out, initial)
    encoder = _encoder(recipe, language)
    console = Console()
    # the memory's stage draws whole episodes, from their first frames on
    every = None if recipe.stage == 'memory' else recipe.start_every
    shown = _read(console, data, every)
    network = _learn(
        console,
        recipe,
        out,
        shown,
        every,
        encoder,
        device=device,
        seed=seed,
        minutes=minutes,
        until=until,
        initial=weights,
    )
    from policy_nodes.training.sam2act_card import data_facts

    said = _export(
        network, recipe, out, data_facts(shown), device, seed=seed, language=encoder.name
    )
    console.print(said, soft_wrap=True, highlight=False, markup=False)


def _refuse_nothing_to_start_from(recipe: Sam2ActRecipe, out: Path, initial: str | None) -> None:
    if initial is not None or (out / 'state.pt').exists():
        return
    if recipe.stage == 'memory':
        raise Refusal(
            f'{recipe.name} trains the memory alone: name with --initial the run or the '
            'checkpoint of the network that was trained on key frames'
        )
    if recipe.network.sam2.trunk.lora_rank:
        raise Refusal(
            f'the image encoder of {recipe.name} stays as it is but for its adapters: name with '
            '--initial a checkpoint that holds a trained one, for example an imported one'
        )


def _initial(name: str) -> dict[str, torch.Tensor]:
    """Read the weights to start from, out of a checkpoint or of the folder of a run."""
    import torch

    from policy_nodes.contract.checkpoint import CONTRACT_FILE, Checkpoint
    from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
    from policy_nodes.training.sam2act_recipe import RECIPES

    run = Path(name)
    made = [run / recipe for recipe in RECIPES if (run / recipe / CONTRACT_FILE).is_file()]
    if len(made) > 1:
        raise Refusal(f'{run} holds {len(made)} checkpoints: name one of them, {made[0]} say')
    opened = Checkpoint.open(made[0] if made else resolve_checkpoint(name))
    return {key: torch.from_numpy(value) for key, value in opened.weights().items()}


def _encoder(recipe: Sam2ActRecipe, folder: Path | None) -> LanguageEncoder:
    """Load the encoder whose tokens are as wide as the network reads them."""
    from policy_nodes.policies.language import WIDTHS, load_language

    config = recipe.network
    name = next(name for name, width in WIDTHS.items() if width == config.language_width)
    return load_language(name, tokens=config.language_tokens, folder=folder)


def _read(console: Console, folder: Path, every: int | None) -> list[Demonstration]:
    """Read the demonstrations below a folder, without frames that no sample looks at."""
    from policy_nodes.training.demonstration_file import SUFFIX, read_demonstration

    files = sorted(folder.rglob(f'*{SUFFIX}'))
    if not files:
        raise Refusal(
            f'there are no demonstrations in {folder}: name their folder with --data; '
            '`policy-stack demonstrations collect` makes them'
        )
    shown = []
    with Progress(console=console, transient=True) as progress:
        for file in progress.track(files, description='reading demonstrations'):
            read = read_demonstration(file)
            shown.append(read.keep(sorted({0, *read.keys})) if every is None else read)
    return shown


def _learn(
    console: Console,
    recipe: Sam2ActRecipe,
    out: Path,
    shown: Sequence[Demonstration],
    every: int | None,
    encoder: LanguageEncoder,
    *,
    device: str,
    **options: Any,
) -> Sam2Act:
    """Train with a bar that tells loss, how far the coarse peaks are off, and the rate."""
    from policy_nodes.training import train_sam2act as training
    from policy_nodes.training.sam2act_data import load

    with Progress(*COLUMNS, console=console) as progress:
        task = progress.add_task(recipe.name, total=1.0, figures='loading')

        def show(now: training.Progress) -> None:
            row = now.row
            figures = (
                f'step {now.steps:,}, {now.rate:.1f}/s, loss {row["loss"]:.2f}, '
                f'coarse peaks off by {row["coarse_pixels"]:.1f} px'
            )
            progress.update(task, completed=now.done, figures=figures)

        try:
            data = load(
                shown,
                lambda sentence: encoder.encode(sentence).embedding,
                device=device,
                every=every,
            )
            return training.train(recipe, data, out, on_progress=show, **options)
        except ValueError as error:
            raise Refusal(str(error)) from error


def _export(
    network: Sam2Act,
    recipe: Sam2ActRecipe,
    out: Path,
    facts: DataFacts,
    device: str,
    *,
    seed: int,
    language: str,
) -> str:
    """Write picture and checkpoint; say where they are."""
    import torch

    from policy_nodes.contract.trained import Trained
    from policy_nodes.policies.sam2act_cloud import SceneBounds
    from policy_nodes.training.export_sam2act import export_sam2act
    from policy_nodes.training.revision import source_revision
    from policy_nodes.training.sam2act_card import sam2act_card
    from policy_nodes.training.sam2act_plot import plot_sam2act_training

    text = (out / 'log.jsonl').read_text(encoding='utf-8')
    log: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    picture = plot_sam2act_training(log, out / 'training.png')
    trained = Trained(
        recipe=recipe.name,
        revision=source_revision(),
        seed=seed,
        steps=log[-1]['steps'],
        hardware=torch.cuda.get_device_name() if device.startswith('cuda') else 'CPU',
        hours=round(spent_seconds(log) / 3600, 3),
    )
    written = export_sam2act(
        network.cpu(),
        out / recipe.name,
        trained,
        sam2act_card(recipe, trained, facts),
        bounds=SceneBounds(*recipe.bounds),
        language=language,
        overwrite=True,
    )
    return f'checkpoint {out / written.name}, picture {picture}'


def spent_seconds(log: Sequence[Mapping[str, Any]]) -> float:
    """Add up the calls of a run: the clock of its rows begins anew with each."""
    ends = [
        row['seconds']
        for row, after in zip(log, [*log[1:], {'seconds': 0.0}], strict=True)
        if after['seconds'] < row['seconds']
    ]
    return float(sum(ends))
