"""How an episode of key poses went, for the scorer node and for the files of a run."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from policy_nodes.evaluation import run_values
from policy_nodes.evaluation.outcomes import OUTCOMES
from policy_nodes.motion.outcome import OutcomeState

COUNTS = ('key_poses', 'reached', 'refused', 'aborted')


@dataclass(frozen=True)
class ManipulationScore:
    """How an episode went.

    Attributes:
        index: counts from 0 within the run.
        seed: of the run.
        task: its name.
        outcome: one of `outcomes.OUTCOMES`.
        time_s: from start to end [s].
        key_poses: that the policy asked for.
        reached: of these.
        refused: of these.
        aborted: of these, given up on the way.
        reasons: how often a key pose was refused or given up for a reason, by its code.
        why: why the policy asked for nothing more, where it said so.
    """

    index: int
    seed: int
    task: str
    outcome: str
    time_s: float
    key_poses: int = 0
    reached: int = 0
    refused: int = 0
    aborted: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    why: str = ''

    def to_mapping(self) -> dict[str, Any]:
        """Write as plain values."""
        return asdict(self)

    def to_record(self) -> dict[str, str]:
        """Write as the metadata record of a recording."""
        return {'json': json.dumps(self.to_mapping(), allow_nan=False)}

    @classmethod
    def from_mapping(cls, values: Any, where: str) -> ManipulationScore:
        """Read from plain values; keys that are not known are ignored.

        Args:
            values: as `to_mapping` writes them.
            where: file and place, for the sentence of an error.

        Raises:
            RunError: a value is missing or cannot be meant.
        """
        section = run_values.mapping(values, where)
        reasons = run_values.mapping(section.get('reasons', {}), f'{where}: reasons')
        whole = {
            name: run_values.whole(section, name, where) for name in ('index', 'seed', *COUNTS)
        }
        return cls(
            task=run_values.text(section, 'task', where),
            outcome=run_values.outcome(section, OUTCOMES, where),
            time_s=run_values.number(section, 'time_s', where),
            reasons={code: run_values.whole(reasons, code, where) for code in reasons},
            why=run_values.text({'why': '', **section}, 'why', where),
            **whole,
        )


class ManipulationTally:
    """Counts what happens in one episode; of what is told twice the last counts.

    Attributes:
        index: of the episode within the run.
        seed: of the run.
        task: its name.
        why: as in the score.
    """

    def __init__(self, index: int, seed: int, task: str) -> None:
        """Begin an episode."""
        self.index, self.seed, self.task = index, seed, task
        self.why = ''
        self._asked: set[tuple[int, int]] = set()
        self._ends: dict[tuple[int, int], tuple[OutcomeState, str]] = {}

    def take_key_pose(self, epoch: int, sequence: int) -> None:
        """Count a key pose that was asked for."""
        self._asked.add((epoch, sequence))

    def take_result(self, epoch: int, sequence: int, state: int, reason: str) -> None:
        """Note how a key pose ended; those of episodes before are left out at the end.

        Args:
            epoch: of the key pose.
            sequence: of the key pose.
            state: number of an `OutcomeState`.
            reason: code of the refusal, else empty.
        """
        if state != OutcomeState.ACCEPTED:
            self._ends[epoch, sequence] = OutcomeState(state), reason

    def finish(self, outcome: str, elapsed: float) -> ManipulationScore:
        """Sum up.

        Args:
            outcome: one of `outcomes.OUTCOMES`.
            elapsed: from start to end [s].
        """
        ends = [self._ends[number] for number in self._asked if number in self._ends]
        counts = Counter(state for state, _ in ends)
        return ManipulationScore(
            index=self.index,
            seed=self.seed,
            task=self.task,
            outcome=outcome,
            time_s=elapsed,
            key_poses=len(self._asked),
            reached=counts[OutcomeState.REACHED],
            refused=counts[OutcomeState.REFUSED],
            aborted=counts[OutcomeState.ABORTED],
            reasons=dict(Counter(reason for _, reason in ends if reason).most_common()),
            why=self.why,
        )
