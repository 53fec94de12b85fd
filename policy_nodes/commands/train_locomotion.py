"""`policy-stack train barkour_walk` and its kind: specialists of legs."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from policy_nodes.commands.refusals import Refusal
from policy_nodes.commands.train_display import COLUMNS, refuse_state

if TYPE_CHECKING:
    from policy_nodes.models.locomotion_mlp import LocomotionMlp
    from policy_nodes.training.locomotion_recipe import LocomotionRecipe

STUDENTS = {'barkour_transformer': 'transformer', 'barkour_mlp': 'mlp'}
GROUNDS = {'barkour_walk': 0.0, 'barkour_slope': 0.25, 'barkour_jump': 0.4}


def train_locomotion(
    recipe: str,
    out: Path,
    device: str,
    *,
    minutes: float | None,
    until: float,
    asked: dict[str, int],
    engine: str,
    initial: str | None,
    seed: int,
) -> None:
    """Train, then write the checkpoint; the arguments are those of the command.

    Args:
        recipe: name of a specialist.
        out: folder of the run.
        device: that is there.
        minutes: of this call.
        until: share of the schedule.
        asked: values that replace those of the recipe.
        engine: mjx or cpu; auto takes mjx on CUDA.
        initial: checkpoint to start from.
        seed: of the run.
    """
    from policy_nodes.training.locomotion_recipe import RECIPES, find_recipe
    from policy_nodes.training.train_locomotion import ENGINES, STATE, train_specialist

    changes: dict[str, Any] = dict(asked)
    chosen = replace(find_recipe(recipe), **changes)
    if engine == 'auto':
        engine = 'mjx' if device.startswith('cuda') else 'cpu'
    if engine not in ENGINES:
        raise Refusal(f'there is no engine {engine!r}; known: auto, {", ".join(ENGINES)}')
    refuse_state(out, recipe, (*RECIPES, *STUDENTS), STATE)
    weights = None if initial is None else _initial(initial)
    began, console = time.monotonic(), Console()
    with Progress(*COLUMNS, console=console) as progress:
        task = progress.add_task(recipe, total=until, figures='compiling')

        def show(now: Any) -> None:
            row = now.row
            figures = (
                f'{now.steps / 1e6:.1f} M steps, {now.rate:,.0f}/s, reward {row["reward"]:.4f}, '
                f'level {row["level"]:.1f}, falls {row["falls_per_minute"]:.2f}/min'
            )
            progress.update(task, completed=now.done, figures=figures)

        network = train_specialist(
            chosen,
            out,
            device=device,
            engine=engine,
            threads=os.cpu_count() or 1,
            seed=seed,
            minutes=minutes,
            until=until,
            initial=weights,
            on_progress=show,
        )
    hours = round((time.monotonic() - began) / 3600.0, 3)
    said = _export(network, chosen, out, device, engine=engine, seed=seed, hours=hours)
    console.print(said, soft_wrap=True, highlight=False)


def _initial(name: str) -> LocomotionMlp:
    from policy_nodes.contract.checkpoint import Checkpoint
    from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
    from policy_nodes.models.locomotion_mlp import LocomotionMlp
    from policy_nodes.policies.locomotion_loading import load_locomotion

    network = load_locomotion(Checkpoint.open(resolve_checkpoint(name))).network
    if not isinstance(network, LocomotionMlp):
        raise Refusal(f'{name} is no perceptron: specialists start from one')
    return network


def _export(
    network: LocomotionMlp,
    recipe: LocomotionRecipe,
    out: Path,
    device: str,
    *,
    engine: str,
    seed: int,
    hours: float,
) -> str:
    """Write the checkpoint; say where it is."""
    import torch

    from policy_nodes.contract.trained import Trained
    from policy_nodes.simulation.barkour.robot_model import BARKOUR
    from policy_nodes.training.export_locomotion import command_ranges, export_locomotion
    from policy_nodes.training.locomotion_card import locomotion_card
    from policy_nodes.training.revision import source_revision
    from policy_nodes.training.train_locomotion import read_log

    log = read_log(out / 'log.jsonl')
    if not log:
        raise Refusal('not one update was finished in that time: give more --minutes')
    trained = Trained(
        recipe=recipe.name,
        revision=source_revision(),
        seed=seed,
        steps=log[-1]['steps'],
        hardware=torch.cuda.get_device_name() if device.startswith('cuda') else 'CPU',
        hours=hours,
    )
    commands = command_ranges(recipe.commands)
    kinds = ', '.join(f'{make(1.0).name} {share:.0%}' for make, share in recipe.grounds)
    what = f'PPO with physics by {engine}; grounds at their hardest: {kinds}'
    written = export_locomotion(
        network,
        out / recipe.name,
        trained,
        locomotion_card(recipe.name, trained, what, commands),
        robot=BARKOUR,
        reach=recipe.reach,
        commands=commands,
        grounds=[make(GROUNDS.get(recipe.name, 0.0)) for make, _ in recipe.grounds[:2]],
        overwrite=True,
    )
    return f'checkpoint {out / written.name}'
