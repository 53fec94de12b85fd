"""What every `policy-stack train` shows and refuses."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

from policy_nodes.commands.refusals import Refusal

COLUMNS = (
    TextColumn('{task.description}'),
    BarColumn(),
    TextColumn('{task.fields[figures]}'),
    TimeRemainingColumn(),
)


def refuse_state(out: Path, recipe: str, recipes: Iterable[str], parts: set[str]) -> None:
    """Refuse a folder whose run cannot be gone on with.

    Args:
        out: folder of the run.
        recipe: name of what is to be trained.
        recipes: names of all, whose checkpoints lie in the folders of their runs.
        parts: that the state of a run has, beside its steps.

    Raises:
        Refusal: it is no folder, holds another run, or a state that cannot be read.
    """
    import pickle

    import torch

    if out.exists() and not out.is_dir():
        raise Refusal(f'{out} is no folder: give --out a folder, or a name that is free')
    state = out / 'state.pt'
    if not state.exists():
        return
    others = [name for name in recipes if name != recipe and (out / name).is_dir()]
    try:
        found = torch.load(state, map_location='cpu', weights_only=True)
        sound = parts | {'steps'} <= found.keys()
        others += [name for name in (found.get('recipe', recipe),) if name != recipe]
    except (pickle.UnpicklingError, AttributeError, EOFError, OSError, RuntimeError, ValueError):
        sound = False
    if others:
        raise Refusal(f'{out} holds a run of {others[0]}: give another --out for {recipe}')
    if not sound:
        raise Refusal(f'{state} is no state of a training run: remove it, or give another --out')
