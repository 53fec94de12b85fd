"""`policy-stack train`: recipes, resumable, on CPU or CUDA."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from policy_nodes.commands.refusals import Refusal

DEVICE = re.compile(r'auto|cpu|cuda(:\d+)?')
FIRST, AUTO = 'first', 'auto'
DETECTOR = 'people_detector'


def train(
    recipe: Annotated[
        str,
        typer.Argument(
            help='height (the arena), height_indoor, height_street, sam2act, sam2act_plus, '
            "sam2act_coarse_upsampling, or of the authors' size sam2act_published and "
            'sam2act_published_plus; barkour_walk, barkour_slope, barkour_jump, and what learns '
            'from these three, barkour_transformer and barkour_mlp; people_detector'
        ),
    ],
    out: Annotated[
        Path, typer.Option('--out', '--folder', help='state, log, plot and checkpoint go here')
    ],
    data: Annotated[
        Path | None,
        typer.Option(
            help='folder of demonstrations, which sam2act needs; of specialists, by default the '
            'shipped ones, for barkour_transformer and barkour_mlp'
        ),
    ] = None,
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
    batch: Annotated[
        int | None,
        typer.Option(help='samples, or sequences, a step, where demonstrations teach', min=1),
    ] = None,
    worlds: Annotated[
        int | None, typer.Option(help='of height and barkour: worlds side by side', min=1)
    ] = None,
    pool: Annotated[
        int | None, typer.Option(help='of height: episodes drawn beforehand', min=1)
    ] = None,
    stage: Annotated[
        str, typer.Option(help='of height: first, or second to go on from --initial')
    ] = FIRST,
    initial: Annotated[
        str | None,
        typer.Option(help='checkpoint to start from, or the folder of the run that made it'),
    ] = None,
    language: Annotated[
        Path | None, typer.Option(help="folder of CLIP, for networks of the authors' size")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(help='of barkour: physics by mjx or cpu; auto takes mjx on CUDA'),
    ] = AUTO,
    seed: Annotated[int, typer.Option(help='of the network and the draws', min=0)] = 0,
    evaluate: Annotated[
        int,
        typer.Option(
            help='of height: episodes of each scenario; of people_detector: scenes; for contract '
            'and card',
            min=0,
        ),
    ] = 0,
) -> None:
    """Train a policy; a call with the same --out goes on where the last one ended.

    Example: policy-stack train height --out runs/height --device cuda --minutes 20

    Example: policy-stack train sam2act --data runs/demonstrations --out runs/sam2act --device cuda

    Example: policy-stack train people_detector --out runs/detector --evaluate 400

    Example: policy-stack train barkour_walk --out runs/walk --device cuda --minutes 10

    Example: policy-stack train sam2act_plus --data runs/demonstrations --initial runs/sam2act --out runs/plus
    """  # noqa: E501 an example is one line
    if recipe.startswith('barkour_'):
        _refuse_given(
            recipe,
            {'--pool': pool, '--language': language, '--evaluate': evaluate or None}
            | {'--stage': None if stage == FIRST else stage},
        )
        _train_legs(
            recipe, out, data, device, minutes, until, steps, batch, worlds, engine, initial, seed
        )
        return
    _refuse_given(recipe, {'--engine': None if engine == AUTO else engine})
    if recipe == DETECTOR:
        _refuse_given(
            recipe,
            {'--data': data, '--worlds': worlds, '--pool': pool, '--language': language}
            | {'--stage': None if stage == FIRST else stage}
            | {'--until': None if until == 1.0 else until},
        )
        from policy_nodes.commands.train_detector import train_detector

        train_detector(
            out,
            _device(device),
            minutes=minutes,
            asked=_given({'steps': steps, 'batch': batch}),
            initial=initial,
            seed=seed,
            evaluate=evaluate,
        )
        return
    if recipe.startswith('sam2act'):
        _refuse_given(
            recipe,
            {'--worlds': worlds, '--pool': pool, '--evaluate': evaluate or None}
            | {'--stage': None if stage == FIRST else stage},
        )
        from policy_nodes.commands.train_sam2act import train_sam2act

        train_sam2act(
            recipe,
            out,
            data,
            _device(device),
            minutes=minutes,
            until=until,
            asked=_given({'steps': steps, 'batch': batch}),
            initial=initial,
            language=language,
            seed=seed,
        )
        return
    _refuse_given(recipe, {'--data': data, '--batch': batch, '--language': language})
    from policy_nodes.commands.train_height import train_height

    train_height(
        recipe,
        out,
        _device(device),
        minutes=minutes,
        until=until,
        asked=_given({'total_steps': steps, 'worlds': worlds, 'pool': pool}),
        stage=stage,
        initial=initial,
        seed=seed,
        evaluate=evaluate,
    )


def _train_legs(
    recipe: str,
    out: Path,
    data: Path | None,
    device: str,
    minutes: float | None,
    until: float,
    steps: int | None,
    batch: int | None,
    worlds: int | None,
    engine: str,
    initial: str | None,
    seed: int,
) -> None:
    """Train a specialist, or what learns from all of them."""
    from policy_nodes.commands.train_locomotion import STUDENTS, train_locomotion
    from policy_nodes.training.locomotion_recipe import RECIPES

    if recipe in STUDENTS:
        _refuse_given(
            recipe,
            {'--worlds': worlds, '--initial': initial}
            | {'--engine': None if engine == AUTO else engine},
        )
        from policy_nodes.commands.distill_locomotion import distill_locomotion

        distill_locomotion(
            recipe,
            out,
            data,
            _device(device),
            minutes=minutes,
            until=until,
            asked=_given({'steps': steps, 'batch': batch}),
            seed=seed,
        )
        return
    if recipe not in RECIPES:
        raise Refusal(
            f'unknown recipe {recipe!r}; known of legs: {", ".join((*RECIPES, *STUDENTS))}'
        )
    _refuse_given(recipe, {'--data': data, '--batch': batch})
    train_locomotion(
        recipe,
        out,
        _device(device),
        minutes=minutes,
        until=until,
        asked=_given({'total_steps': steps, 'worlds': worlds}),
        engine=engine,
        initial=initial,
        seed=seed,
    )


def _given(values: Mapping[str, int | None]) -> dict[str, int]:
    return {name: value for name, value in values.items() if value is not None}


def _refuse_given(recipe: str, options: Mapping[str, Any]) -> None:
    """Refuse what would be given in vain."""
    vain = [name for name, value in options.items() if value is not None]
    if vain:
        raise Refusal(f'{vain[0]} means nothing to {recipe}: leave it out')


def _device(asked: str) -> str:
    import torch

    if not DEVICE.fullmatch(asked):
        raise Refusal(f'there is no device {asked!r}; known: auto, cpu, cuda, cuda:NUMBER')
    if asked == 'auto':
        return 'cuda' if torch.cuda.is_available() else 'cpu'
    if asked.startswith('cuda') and not torch.cuda.is_available():
        raise Refusal('this torch sees no CUDA device: use --device cpu, or install a CUDA build')
    return asked
