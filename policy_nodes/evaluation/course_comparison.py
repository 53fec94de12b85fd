"""Collects the runs of an evaluation over courses, and writes its JSON file."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.evaluation.comparison_file import version_of_stack
from policy_nodes.evaluation.course_blocks import (
    CourseBlock,
    CourseEntry,
    CourseResult,
    CourseSetup,
)
from policy_nodes.evaluation.course_summary import PAPER, Row, rows_of
from policy_nodes.evaluation.guarded_legs import ROBOT
from policy_nodes.evaluation.run_files import write_text
from policy_nodes.simulation.barkour.randomisation import CONDITIONS_BY_NAME


@dataclass
class CourseComparison:
    """Results so far.

    Attributes:
        setup: how the runs are driven.
        entries: what is compared, in the order of the rows.
        checkpoints: those that serve, by policy.
        results: runs of each entry by index.
    """

    setup: CourseSetup
    entries: Sequence[CourseEntry]
    checkpoints: Mapping[str, Sequence[Checkpoint]]
    results: dict[CourseEntry, dict[int, CourseResult]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, block: CourseBlock, result: CourseResult) -> None:
        """Take in a run."""
        self.results[block.entry][block.index] = result

    def count(self, entry: CourseEntry) -> int:
        """Runs of an entry so far."""
        return len(self.results[entry]) if entry in self.results else 0

    @property
    def short(self) -> list[CourseEntry]:
        """Entries of which not every run was driven."""
        return [entry for entry in self.entries if self.count(entry) < self.setup.runs]

    def rows(self) -> list[Row]:
        """Rows of `course_summary`, each with `through`, `checkpoints` and `complete`."""
        found = {
            entry: dict(sorted(self.results[entry].items()))
            for entry in self.entries
            if entry in self.results
        }
        names = {
            policy: [each.name for each in given] for policy, given in self.checkpoints.items()
        }
        return [
            row
            | {
                'through': self.setup.through,
                'checkpoints': names.get(row['policy'], []),
                'complete': row['runs'] == self.setup.runs,
            }
            for row in rows_of(found)
        ]


def comparison_mapping(comparison: CourseComparison) -> dict[str, Any]:
    """Return rows and what they were measured with as plain values.

    The keys are described in docs/reference/run_files.md.
    """
    setup = comparison.setup
    return {
        'rows': comparison.rows(),
        'complete': not comparison.short,
        'robot': ROBOT,
        'seed': setup.seed,
        'runs': setup.runs,
        'through': setup.through,
        'conditions': {setup.conditions: asdict(CONDITIONS_BY_NAME[setup.conditions])},
        'published': PAPER,
        'checkpoints': served(comparison.checkpoints),
        'version': version_of_stack(),
    }


def served(checkpoints: Mapping[str, Sequence[Checkpoint]]) -> list[dict[str, str]]:
    """Name the checkpoints that serve each policy, with the sum of their weights."""
    return [
        {
            'policy': policy,
            'name': each.name,
            'sha256': each.contract.weights.sha256 if each.contract.weights is not None else '',
        }
        for policy, given in checkpoints.items()
        for each in given
    ]


def write_comparison(comparison: CourseComparison, path: Path) -> None:
    """Write the file, whole or not at all; what is not known is null."""
    text = json.dumps(comparison_mapping(comparison), indent=1, allow_nan=False)
    write_text(path, f'{text}\n')
