"""Collects the blocks of a comparison of policies and says what they amount to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.evaluation.crowd_traces import CrowdTrace
from policy_nodes.evaluation.episode_blocks import Block, BlockResult, Entry, Setup, joined
from policy_nodes.evaluation.navigation_summary import Row, rows_of

Pair = tuple[str, str]


@dataclass
class Comparison:
    """Results so far.

    Attributes:
        setup: how the episodes are driven.
        entries: what is compared, in the order of the rows.
        checkpoints: those that serve, by policy and scenario.
        results: complete blocks of each entry, by their first episode.
    """

    setup: Setup
    entries: Sequence[Entry]
    checkpoints: Mapping[Pair, Checkpoint]
    results: dict[Entry, dict[int, BlockResult]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, block: Block, result: BlockResult) -> None:
        """Take in a block that is complete."""
        self.results[block.entry][block.first] = result

    @property
    def complete(self) -> bool:
        """Every episode was driven."""
        return all(row['complete'] for row in self.rows()) and not self.missing

    @property
    def missing(self) -> list[Pair]:
        """Policies and scenarios without any complete block."""
        return [(each.name, each.scenario) for each in self.entries if each not in self.results]

    def rows(self) -> list[Row]:
        """Rows of `navigation_summary`, each with `complete`; only complete blocks count.

        Episodes that had ended in a block that had not are left out: the short ones end first,
        and they are not like the others.
        """
        tables = {
            (entry.name, entry.scenario): joined(
                [self.results[entry][first].table for first in sorted(self.results[entry])]
            )
            for entry in self.entries
            if entry in self.results
        }
        names = {pair: checkpoint.name for pair, checkpoint in self.checkpoints.items()}
        rows = rows_of(tables, seed=self.setup.seed, checkpoints=names)
        return [row | {'complete': row['episodes'] == self.setup.episodes} for row in rows]

    def traces(self) -> dict[Pair, list[CrowdTrace]]:
        """Episodes for the pictures, by policy and scenario."""
        return {
            (entry.name, entry.scenario): [
                trace
                for first in sorted(self.results[entry])
                for trace in self.results[entry][first].traces
            ]
            for entry in self.entries
            if entry in self.results
        }
