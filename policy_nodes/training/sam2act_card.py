"""The card of a trained SAM2Act: what people should know before they let it move an arm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from policy_nodes.contract.trained import Trained
from policy_nodes.training.card_facts import card_head, training_facts
from policy_nodes.training.demonstrations import Demonstration
from policy_nodes.training.model_card import metrics_table
from policy_nodes.training.sam2act_recipe import Sam2ActRecipe

LIMITS = """\
- Trained on a simulated table top, from what scripted experts show; no real arm was there. Keep
  motion executor and safety controller in the loop.
- It knows the cameras of the contract at about their places, and scenes within its bounds:
  {bounds}.
- It knows the tasks above and their wordings. It answers any other sentence too, with a key pose
  that means nothing.
"""


class DataFacts(NamedTuple):
    """What a network was trained on.

    Attributes:
        tasks: number of demonstrations by task.
        seeds: lowest and highest of the episodes.
    """

    tasks: dict[str, int]
    seeds: tuple[int, int]


def data_facts(demonstrations: Sequence[Demonstration]) -> DataFacts:
    """Count what is there; at least one."""
    seeds = [shown.seed for shown in demonstrations]
    return DataFacts(
        dict(sorted(Counter(shown.task for shown in demonstrations).items())),
        (min(seeds), max(seeds)),
    )


def sam2act_card(
    recipe: Sam2ActRecipe, trained: Trained, facts: DataFacts, evaluation: str = ''
) -> str:
    """Write the card.

    Args:
        recipe: that was followed.
        trained: what came of it, with metrics.
        facts: about the data.
        evaluation: how the metrics were measured, one sentence; unused without any.

    Returns:
        Markdown.
    """
    config = recipe.network
    form = 'SAM2Act+' if config.memory else 'SAM2Act'
    memory = f', memory of {config.sam2.memory.steps} key steps' if config.memory else ''
    upsampling = '' if config.multi_resolution else ', without multi-resolution upsampling'
    shown = ', '.join(f'{task} {count}' for task, count in facts.tasks.items())
    low, high = facts.seeds
    rows = [
        ('policy', f'{form}, views of {config.image_size} pixels{memory}{upsampling}'),
        ('data', f'demonstrations: {shown}; seeds {low:,} to {high:,}'),
        *training_facts(trained, f'`policy-stack train {recipe.name}`', recipe.steps),
    ]
    lines = [*card_head(recipe.name, rows), '', '## Figures', '']
    if trained.metrics:
        lines += [evaluation, '', *metrics_table(trained.metrics)]
    else:
        lines += ['Not evaluated.']
    corners = ', '.join(
        f'{axis} {first:g} to {last:g} m'
        for axis, first, last in zip('xyz', *recipe.bounds, strict=True)
    )
    lines += ['', '## Limits', '', LIMITS.format(bounds=corners)]
    return '\n'.join(lines)
