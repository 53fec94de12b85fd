"""Collects the episodes of an evaluation on the table top, and writes its JSON file."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.evaluation.comparison_file import version_of_stack
from policy_nodes.evaluation.run_files import write_text
from policy_nodes.evaluation.tabletop_blocks import (
    TabletopBlock,
    TabletopEntry,
    TabletopResult,
    TabletopSetup,
)
from policy_nodes.evaluation.tabletop_conditions import USUAL, changes_of
from policy_nodes.evaluation.tabletop_driver import ROBOT
from policy_nodes.evaluation.tabletop_record import EpisodeRecord
from policy_nodes.evaluation.tabletop_summary import Episode, Row, rows_of


@dataclass
class TabletopComparison:
    """Results so far.

    Attributes:
        setup: how the episodes are driven.
        entries: what is compared, in the order of the rows.
        checkpoints: those that serve, by policy.
        results: episodes of each entry by seed and index.
    """

    setup: TabletopSetup
    entries: Sequence[TabletopEntry]
    checkpoints: Mapping[str, Checkpoint]
    results: dict[TabletopEntry, dict[Episode, TabletopResult]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, block: TabletopBlock, result: TabletopResult) -> None:
        """Take in an episode."""
        self.results[block.entry][block.seed, block.index] = result

    @property
    def asked(self) -> int:
        """Episodes of each entry that were asked for."""
        return len(self.setup.seeds) * self.setup.episodes

    @property
    def missing(self) -> list[TabletopEntry]:
        """Entries without any episode."""
        return [entry for entry in self.entries if entry not in self.results]

    @property
    def short(self) -> list[TabletopEntry]:
        """Entries of which some episodes were driven, but not all."""
        return [entry for entry in self.entries if 0 < self.count(entry) < self.asked]

    def count(self, entry: TabletopEntry) -> int:
        """Episodes of an entry so far."""
        return len(self.results[entry]) if entry in self.results else 0

    def rows(self) -> list[Row]:
        """Rows of `tabletop_summary`, each with `checkpoint` and `complete`."""
        found = {
            entry: dict(sorted(self.results[entry].items()))
            for entry in self.entries
            if entry in self.results
        }
        names = {policy: checkpoint.name for policy, checkpoint in self.checkpoints.items()}
        return [
            row
            | {
                'through': self.setup.through,
                'checkpoint': names.get(row['policy']),
                'complete': row['episodes'] == self.asked * len(row.get('tasks', (0,))),
            }
            for row in rows_of(found)
        ]

    def records(self) -> list[EpisodeRecord]:
        """Episodes for the page."""
        return [
            result.record
            for entry in self.entries
            if entry in self.results
            for result in self.results[entry].values()
            if result.record is not None
        ]


def comparison_mapping(comparison: TabletopComparison) -> dict[str, Any]:
    """Return rows and what they were measured with as plain values.

    The keys are described in docs/reference/run_files.md.
    """
    setup = comparison.setup
    conditions = dict.fromkeys(entry.condition for entry in comparison.entries)
    return {
        'rows': comparison.rows(),
        'complete': not comparison.missing and not comparison.short,
        'missing': [
            {'policy': entry.policy, 'task': entry.task, 'condition': entry.condition}
            for entry in comparison.missing
        ],
        'robot': ROBOT,
        'seeds': list(setup.seeds),
        'episodes': setup.episodes,
        'through': setup.through,
        'conditions': {name: changes_of(name) for name in conditions if name != USUAL},
        'device': setup.device,
        'checkpoints': [
            {
                'policy': policy,
                'name': checkpoint.name,
                'sha256': checkpoint.contract.weights.sha256
                if checkpoint.contract.weights is not None
                else '',
            }
            for policy, checkpoint in comparison.checkpoints.items()
        ],
        'version': version_of_stack(),
    }


def write_comparison(comparison: TabletopComparison, path: Path) -> None:
    """Write the file, whole or not at all; what is not known is null."""
    text = json.dumps(comparison_mapping(comparison), indent=1, allow_nan=False)
    write_text(path, f'{text}\n')
