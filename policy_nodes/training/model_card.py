"""The card of a trained checkpoint: what people should know before they drive with it."""

from collections.abc import Sequence

from policy_nodes.contract.trained import Metric, Trained
from policy_nodes.training.card_facts import card_head, training_facts
from policy_nodes.training.height_recipe import HeightRecipe
from policy_nodes.training.seeds import TRAINING_SEED

LIMITS = """\
- Trained in a simulated crowd of round people who avoid each other by ORCA, with a 2D lidar and a
  tracker's noise; no real person was there. Keep the safety controller in the loop.
- It knows the TurtleBot 2 of the contract: its size, its speeds, its delays.
- Rooms are at most 12 m wide, and at most {people} people are looked at.
"""


def model_card(
    recipe: HeightRecipe, trained: Trained, evaluation: str, history: Sequence[str] = ()
) -> str:
    """Write the card.

    Args:
        recipe: that was followed.
        trained: what came of it, with metrics.
        evaluation: how the metrics were measured, one sentence; unused without any.
        history: sentences about earlier stages of the training.

    Returns:
        Markdown.
    """
    form = 'HEIGHT averaged with its mirror image' if recipe.mirrored else 'HEIGHT'
    shares = ', '.join(f'{scenario.name} {share:.0%}' for scenario, share in recipe.mixture)
    facts = [
        ('policy', f'{form}, {recipe.people} slots of people'),
        ('serves', ', '.join(recipe.serves)),
        ('data', f'the crowd world: {shares}; run seeds from {TRAINING_SEED:,} on'),
        *training_facts(trained, f'`policy-stack train {recipe.name}`'),
    ]
    lines = card_head(recipe.name, facts)
    if history:
        lines += ['', '## How it came about', '', *(f'- {sentence}' for sentence in history)]
    lines += ['', '## Figures', '']
    lines += (
        [evaluation, '', *metrics_table(trained.metrics)]
        if trained.metrics
        else ['Not evaluated.']
    )
    lines += ['', '## Limits', '', LIMITS.format(people=recipe.people)]
    return '\n'.join(lines)


def metrics_table(metrics: Sequence[Metric]) -> list[str]:
    """Lines of a table of figures with their intervals."""
    rows = ['| figure | value | 95 % interval | episodes |', '|---|---:|---:|---:|']
    for metric in metrics:
        interval = ' to '.join(f'{bound:.3f}' for bound in metric.ci95)
        rows.append(f'| {metric.name} | {metric.value:.3f} | {interval} | {metric.episodes} |')
    return rows
