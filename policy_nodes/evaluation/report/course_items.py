"""The items of a scored run as rows of words, for terminals and pages."""

from __future__ import annotations

from collections.abc import Iterable

from policy_nodes.evaluation.barkour_score import BarkourResult
from policy_nodes.evaluation.report import words

ITEMS = ('item', 'gates', 'counts', 'first gate [s]', 'last gate [s]', 'allotted [s]')


def item_rows(result: BarkourResult) -> Iterable[tuple[str, ...]]:
    """One row an item, under the headings `ITEMS`."""
    for item in result.items:
        counts = 'yes' if item.completed else 'no, touched' if item.touched else 'no'
        yield (
            item.name.replace('_', ' '),
            f'{item.passed} / {item.gates}',
            counts,
            words.decimal(item.first_s),
            words.decimal(item.last_s),
            words.decimal(item.allotted_s, 3),
        )
