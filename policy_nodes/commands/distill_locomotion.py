"""`policy-stack train barkour_transformer` and `barkour_mlp`: one policy from specialists."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from policy_nodes.commands.refusals import Refusal
from policy_nodes.commands.train_display import COLUMNS, refuse_state

BEHAVIOURS = {'walk': 'barkour_walk', 'slope': 'barkour_slope', 'jump': 'barkour_jump'}


def distill_locomotion(
    recipe: str,
    out: Path,
    data: Path | None,
    device: str,
    *,
    minutes: float | None,
    until: float,
    asked: dict[str, int],
    seed: int,
) -> None:
    """Collect, learn, then write the checkpoint; the arguments are those of the command.

    Args:
        recipe: name of a student.
        out: folder of the run.
        data: folder that holds the three specialists; None takes the shipped ones.
        device: that is there.
        minutes: of this call.
        until: share of the schedule.
        asked: steps and batch that replace those of the recipe.
        seed: of the run.
    """
    from policy_nodes.contract.trained import Trained
    from policy_nodes.policies.locomotion_loading import load_specialists
    from policy_nodes.simulation.barkour.robot_model import BARKOUR
    from policy_nodes.simulation.barkour.terrain import flat, slopes
    from policy_nodes.training import locomotion_recipe
    from policy_nodes.training.distill_locomotion import RECIPES, STATE, distill
    from policy_nodes.training.distillation_student import (
        commands_of,
        new_student,
        student_contract,
    )
    from policy_nodes.training.export_locomotion import export_locomotion
    from policy_nodes.training.locomotion_card import locomotion_card
    from policy_nodes.training.revision import source_revision

    changes: dict[str, Any] = {
        {'steps': 'total_steps'}.get(name, name): value for name, value in asked.items()
    }
    chosen = replace(RECIPES[recipe], **changes)
    refuse_state(out, recipe, (*RECIPES, *locomotion_recipe.RECIPES), STATE)
    places: dict[str, Path | str] = {}
    if data is not None:
        places = {behaviour: data / name for behaviour, name in BEHAVIOURS.items()}
        for place in places.values():
            if not Path(place).is_dir():
                raise Refusal(f'there is no specialist {place}: train it first')
    specialists, opened = load_specialists('specialists', places)
    policies = specialists.policies
    network = new_student(chosen.form, len(BARKOUR.joints))
    contract = student_contract(network, policies, BARKOUR, chosen.reach, recipe)
    began, console = time.monotonic(), Console()
    with Progress(*COLUMNS, console=console) as progress:
        task = progress.add_task(recipe, total=until, figures='collecting')
        network = distill(
            chosen,
            network,
            contract,
            policies,
            out,
            device=device,
            seed=seed,
            workers=os.cpu_count() or 1,
            minutes=minutes,
            until=until,
            on_progress=lambda now: progress.update(task, completed=now.done, figures=now.words),
        )
    trained = Trained(
        recipe=recipe,
        revision=source_revision(),
        seed=seed,
        hardware='GPU' if device.startswith('cuda') else 'CPU',
        hours=round((time.monotonic() - began) / 3600.0, 3),
    )
    teachers = ', '.join(each.name for each in opened)
    what = (
        f'{chosen.episodes} episodes of {teachers} over random steps, stairs, gaps and slopes, '
        f'and {chosen.rounds} rounds of {chosen.more} in which the student acted for spells'
    )
    commands = commands_of(policies)
    written = export_locomotion(
        network,
        out / recipe,
        trained,
        locomotion_card(recipe, trained, what, commands),
        robot=BARKOUR,
        reach=chosen.reach,
        commands=commands,
        grounds=(flat(), slopes(0.25)),
        overwrite=True,
    )
    console.print(f'checkpoint {out / written.name}', soft_wrap=True, highlight=False)
