"""The card of a trained policy of legs: what people should know before they run with it."""

from __future__ import annotations

from collections.abc import Mapping

from policy_nodes.contract.trained import Trained
from policy_nodes.training.card_facts import card_head, training_facts

LIMITS = """\
- Trained in simulation only, on grounds of boxes; no real robot was there. Keep the safety
  controller in the loop.
- Masses, drives and joints are those of the published model of Barkour v0; only its feet touched
  anything.
- The broad jump is as thin as a sheet of paper. To a policy it has to be shown as a pit, as a map
  would; it jumps what it sees.
"""


def locomotion_card(
    name: str, trained: Trained, what: str, commands: Mapping[str, tuple[float, float]]
) -> str:
    """Write the card.

    Args:
        name: of the checkpoint.
        trained: what came of the training.
        what: it was trained on, one sentence or more.
        commands: (low, high) by axis.

    Returns:
        Markdown.
    """
    facts = [
        ('data', what),
        ('commands', ', '.join(f'{axis} {a:g} to {b:g}' for axis, (a, b) in commands.items())),
        *training_facts(trained, trained.recipe),
    ]
    return '\n'.join([*card_head(name, facts), '', '## Limits', '', LIMITS])
