"""The unit of work of an evaluation over courses: one run.

What comes out of it depends on the block alone, never on who drives it or when. Times of
inference do: workers share the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from policy_nodes.evaluation.course_score import CourseScore

Through = Literal['policy', 'robot']
REARRANGED = 'rearranged'  # each run has a course of its own
MOST_TRACKS = 20  # runs of each entry whose ways are drawn


@dataclass(frozen=True)
class CourseSetup:
    """What is the same for all runs of an evaluation.

    Attributes:
        seed: of the evaluation.
        runs: of each policy on each course.
        through: `policy`: its targets go to the drives; `robot`: the safety controller is
            between them.
        conditions: name in CONDITIONS_BY_NAME, how robots and sensors differ.
        time_limit: of a run [s]; None takes that of the simulator's file.
    """

    seed: int
    runs: int
    through: Through = 'policy'
    conditions: str = 'targets'
    time_limit: float | None = None


@dataclass(frozen=True)
class CourseEntry:
    """One policy on one course under one solver.

    Attributes:
        policy: name in LOCOMOTION.
        course: `official`, `rearranged` for another one each run, or for example `rearranged/3`.
        solver: set-up of the physics.
        checkpoints: places instead of the shipped ones, with their behaviours.
    """

    policy: str
    course: str = 'official'
    solver: str = 'usual'
    checkpoints: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """What it is, for people."""
        solver = '' if self.solver == 'usual' else f', {self.solver}'
        return f'{self.policy} on {self.course}{solver}'


@dataclass(frozen=True)
class CourseBlock:
    """One run of an entry.

    Attributes:
        entry: it belongs to.
        index: of the run.
        drawn: keep its way.
    """

    entry: CourseEntry
    index: int
    drawn: bool = False
    count: int = 1

    @property
    def scenario(self) -> str:
        """Name of its course."""
        course = self.entry.course
        return f'{REARRANGED}/{self.index}' if course == REARRANGED else course

    @property
    def place(self) -> str:
        """Which it is, for people."""
        return f'{self.entry.title}, run {self.index}'


@dataclass(frozen=True)
class CourseResult:
    """What came out of a run.

    Attributes:
        score: of it, by both rules.
        inference_ms: of each step [ms].
        reasons: of the safety controller that set in, with how often; empty without it.
        track: (n, 3) time [s], x, y [m]; None where it is not drawn.
    """

    score: CourseScore
    inference_ms: NDArray[np.float32]
    reasons: dict[str, int]
    track: NDArray[np.float64] | None = None


def blocks_of(
    entries: Sequence[CourseEntry], setup: CourseSetup, *, drawn: bool = False
) -> list[CourseBlock]:
    """Cut an evaluation into runs, in the order in which they are begun.

    Args:
        entries: to be driven.
        setup: of all.
        drawn: keep the ways of the first runs.
    """
    return [
        CourseBlock(entry, index, drawn=drawn and index < MOST_TRACKS)
        for entry in entries
        for index in range(setup.runs)
    ]
