"""What every card of a checkpoint begins with: its name and a table of facts."""

from __future__ import annotations

from collections.abc import Iterable

from policy_nodes.contract.trained import Trained

Fact = tuple[str, str]


def card_head(name: str, facts: Iterable[Fact]) -> list[str]:
    """Lines of the title and of the table of facts."""
    rows = [f'| {key} | {value} |' for key, value in facts]
    return [f'# {name}', '', '| | |', '|---|---|', *rows]


def training_facts(trained: Trained, recipe: str, steps: int = 0) -> list[Fact]:
    """Say by which recipe, from which seed, for how long and on what a network was trained.

    Args:
        trained: what came of it.
        recipe: how to name it.
        steps: that the recipe has in all; 0 if that says nothing.
    """
    taken = f'{trained.steps:,}' if trained.steps else 'unknown'
    return [
        ('recipe', f'{recipe}, revision {trained.revision or "unknown"}'),
        ('seed', str(trained.seed)),
        ('steps', f'{taken} of {steps:,}' if trained.steps and steps else taken),
        ('time', f'{trained.hours} h' if trained.hours else 'unknown'),
        ('hardware', trained.hardware or 'unknown'),
    ]
