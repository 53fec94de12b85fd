"""The unit of work of an evaluation on the table top: one episode.

What comes out of it depends on the block alone, never on who drives it or when, so that an
evaluation does not depend on the number of its workers. Times of inference do: workers share the
machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policy_nodes.evaluation.tabletop_conditions import USUAL
from policy_nodes.evaluation.tabletop_record import EpisodeRecord

Through = Literal['policy', 'robot']

MOST_RECORDS = 12  # episodes that a page shows


@dataclass(frozen=True)
class TabletopSetup:
    """What is the same for all blocks of an evaluation.

    Attributes:
        seeds: of the runs.
        episodes: of each policy, task and seed.
        through: `policy`: key poses are gone to by the planner; `robot`: the safety controller
            is in the loop as well.
        device: of the networks.
    """

    seeds: tuple[int, ...]
    episodes: int
    through: Through = 'policy'
    device: str = 'cpu'


@dataclass(frozen=True)
class TabletopEntry:
    """One policy at one task.

    Attributes:
        policy: name in the registry, or `expert`.
        task: its name.
        condition: one of `CONDITIONS`.
        checkpoint: folder; None for the expert.
    """

    policy: str
    task: str
    condition: str = USUAL
    checkpoint: Path | None = None

    @property
    def title(self) -> str:
        """Policy, task and condition, for people."""
        changed = '' if self.condition == USUAL else f', {self.condition}'
        return f'{self.policy} at {self.task}{changed}'


@dataclass(frozen=True)
class TabletopBlock:
    """One episode of an entry.

    Attributes:
        entry: it belongs to.
        seed: of the run.
        index: within the run.
        recorded: keep what it looked like.
    """

    entry: TabletopEntry
    seed: int
    index: int
    recorded: bool = False
    count: int = 1

    @property
    def place(self) -> str:
        """Which it is, for people."""
        return f'{self.entry.title}, seed {self.seed}, episode {self.index}'


@dataclass(frozen=True)
class TabletopResult:
    """What came out of an episode.

    Attributes:
        variation: of the task; the answer, where the task needs memory.
        outcome: one of `outcomes.OUTCOMES`.
        why: a sentence where it did not succeed.
        steps: key poses that were chosen.
        refusals: code of each key pose that was refused or given up.
        time_s: that it took [s].
        inference_ms: from images to key pose [ms], of each step; empty for the expert.
        first_choice: whether what needs memory was done right at first; None where it never came
            to that, and for tasks that need none.
        record: what it looked like, where it was asked for.
    """

    variation: int
    outcome: str
    why: str
    steps: int
    refusals: tuple[str, ...]
    time_s: float
    inference_ms: tuple[float, ...]
    first_choice: bool | None = None
    record: EpisodeRecord | None = None


def blocks_of(
    entries: Sequence[TabletopEntry], setup: TabletopSetup, *, recorded: bool = False
) -> list[TabletopBlock]:
    """Cut an evaluation into blocks, in the order in which they are driven.

    Args:
        entries: to be driven.
        setup: of all.
        recorded: keep the first episode of each task, as the last of the policies that have
            weights acts in it, or the expert where there are none.
    """
    usual = [entry for entry in entries if entry.condition == USUAL]
    # later ones replace earlier ones
    shown = {entry.task: entry for entry in usual}
    shown |= {entry.task: entry for entry in usual if entry.checkpoint is not None}
    kept = set(list(shown.values())[:MOST_RECORDS]) if recorded else set()
    first = (setup.seeds[0], 0)
    return [
        TabletopBlock(entry, seed, index, recorded=entry in kept and (seed, index) == first)
        for entry in entries
        for seed in setup.seeds
        for index in range(setup.episodes)
    ]
