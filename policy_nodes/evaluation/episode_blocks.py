"""The unit of work of a comparison: a few episodes of one policy in one scenario.

What comes out of a block depends on the block alone, never on who drives it or when, so that a
comparison does not depend on the number of its workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np

from policy_nodes.evaluation.crowd_episodes import EpisodeTable
from policy_nodes.evaluation.crowd_traces import CrowdTrace

Through = Literal['policy', 'robot', 'lidar']

# Worlds at a time. Batches change the last bits of sums, so the size is fixed and is no option.
BATCH = {'policy': 100, 'robot': 1, 'lidar': 1}
CUDA_BATCH = 2048
TRACES = 3  # episodes that are drawn, of each policy in each scenario


@dataclass(frozen=True)
class Setup:
    """What is the same for all blocks of a comparison.

    Attributes:
        seed: of the run.
        episodes: of each policy in each scenario.
        through: `policy` acts in the crowd world itself; `robot` has sensors, people tracker and
            safety controller around it; `lidar` also finds people in the sweeps of one.
        safety: the safety controller is in the loop; not for `policy`.
        people: folder of recorded people; None without.
        device: of the worlds and networks; the whole robot drives on the CPU.
        traced: keep the first episodes for pictures.
    """

    seed: int
    episodes: int
    through: Through = 'policy'
    safety: bool = True
    people: Path | None = None
    device: str = 'cpu'
    traced: bool = False

    @property
    def batch(self) -> int:
        """Most episodes in a block."""
        cuda = self.through == 'policy' and self.device != 'cpu'
        return CUDA_BATCH if cuda else BATCH[self.through]


@dataclass(frozen=True)
class Entry:
    """One policy in one scenario.

    Attributes:
        policy: name in the registry.
        scenario: name.
        checkpoint: folder; None for a policy without weights.
        eyes: name in EYES; empty for the usual detections.
    """

    policy: str
    scenario: str
    checkpoint: Path | None = None
    eyes: str = ''

    @property
    def name(self) -> str:
        """Of the policy, and of the eyes where they are not the usual ones."""
        return f'{self.policy}, {self.eyes}' if self.eyes else self.policy

    @property
    def title(self) -> str:
        """Policy and scenario, for people."""
        return f'{self.name} in {self.scenario}'


@dataclass(frozen=True)
class Block:
    """Some episodes of an entry.

    Attributes:
        entry: it belongs to.
        first: number of its first episode.
        count: episodes.
    """

    entry: Entry
    first: int
    count: int

    @property
    def place(self) -> str:
        """Which it is, for people."""
        return f'{self.entry.name} in scenario {self.entry.scenario}, episodes from {self.first}'


@dataclass(frozen=True)
class BlockResult:
    """What came out of a block.

    Attributes:
        table: one row an episode.
        traces: the first `TRACES` episodes of the entry, where they were asked for.
    """

    table: EpisodeTable
    traces: tuple[CrowdTrace, ...] = ()


def blocks_of(entries: Sequence[Entry], setup: Setup) -> list[Block]:
    """Cut a comparison into blocks, in the order in which they are driven."""
    return [
        Block(entry, first, min(setup.batch, setup.episodes - first))
        for entry in entries
        for first in range(0, setup.episodes, setup.batch)
    ]


def joined(tables: Sequence[EpisodeTable]) -> EpisodeTable:
    """Put tables one under another."""
    columns = {
        field.name: np.concatenate([getattr(table, field.name) for table in tables])
        for field in fields(EpisodeTable)
    }
    return EpisodeTable(**columns)
