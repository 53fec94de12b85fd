"""How an episode over the course went, for the scorer node and for the files of a run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from policy_nodes.evaluation import run_values
from policy_nodes.evaluation.barkour_samples import Sample, filled
from policy_nodes.evaluation.barkour_score import (
    OFFICIAL_RULES,
    PAPER_RULES,
    BarkourResult,
    BarkourScore,
    GatePass,
)
from policy_nodes.evaluation.outcomes import OUTCOMES
from policy_nodes.simulation.barkour.course import Course

_NUMBERS = ('time_s', 'score', 'paper_score', 'course_s', 'path_m')
_COUNTS = ('index', 'seed', 'gates_passed', 'gates')


@dataclass(frozen=True)
class CourseScore:
    """How an episode went.

    Attributes:
        index: counts from 0 within the run.
        seed: of the run.
        course: its name.
        outcome: one of `outcomes.OUTCOMES`.
        time_s: from start to end of the episode [s].
        score: official.
        paper_score: by the rules of the paper.
        course_s: from the first gate to the end table, or to the end [s].
        path_m: way of the base [m].
        gates_passed: how many.
        gates: that there are.
        completed: names of the items that count.
        touched: names of items that were failed by a touch.
        finished: whether it stayed on the end table.
        passes: time since the timer started of each gate passed, by `obstacle/gate` [s].
    """

    index: int
    seed: int
    course: str
    outcome: str
    time_s: float
    score: float
    paper_score: float
    course_s: float
    path_m: float
    gates_passed: int
    gates: int
    completed: tuple[str, ...]
    touched: tuple[str, ...]
    finished: bool
    passes: dict[str, float]

    def to_mapping(self) -> dict[str, Any]:
        """Write as plain values."""
        lists = {'completed': list(self.completed), 'touched': list(self.touched)}
        return asdict(self) | lists

    def to_record(self) -> dict[str, str]:
        """Write as the metadata record of a recording."""
        return {'json': json.dumps(self.to_mapping(), allow_nan=False)}

    @classmethod
    def from_mapping(cls, values: Any, where: str) -> CourseScore:
        """Read from plain values; keys that are not known are ignored.

        Args:
            values: as `to_mapping` writes them.
            where: file and place, for the sentence of an error.

        Raises:
            RunError: a value is missing or cannot be meant.
        """
        section = run_values.mapping(values, where)
        passes = run_values.mapping(section.get('passes', {}), f'{where}: passes')
        numbers: dict[str, Any] = {
            name: run_values.number(section, name, where) for name in _NUMBERS
        }
        counts: dict[str, Any] = {name: run_values.whole(section, name, where) for name in _COUNTS}
        return cls(
            course=run_values.text(section, 'course', where),
            outcome=run_values.outcome(section, OUTCOMES, where),
            completed=_names(section, 'completed', where),
            touched=_names(section, 'touched', where),
            finished=section.get('finished') is True,
            passes={name: run_values.number(passes, name, where) for name in passes},
            **numbers,
            **counts,
        )


class CourseTally:
    """Judges one episode from odometry, by both rules.

    Attributes:
        live: the official score so far.
    """

    def __init__(self, course: Course, index: int, seed: int) -> None:
        """Begin an episode.

        Args:
            course: to run.
            index: of the episode within the run.
            seed: of the run.
        """
        self._course, self._index, self._seed = course, index, seed
        self.live = BarkourScore(course, semantics=OFFICIAL_RULES)
        self._paper = BarkourScore(course, semantics=PAPER_RULES)
        self._before: Sample | None = None

    def take(self, time: float, x: float, y: float) -> tuple[GatePass, ...]:
        """Take odometry; what comes late counts for nothing.

        Args:
            time: of its stamp [s].
            x: of the base in the frame of the course [m].
            y: of the base [m].

        Returns:
            Gates passed since the last.
        """
        now = (time, x, y)
        if self._before is not None and time <= self._before[0]:
            return ()
        samples = [now] if self._before is None else filled(self._before, now)
        self._before = now
        fresh: tuple[GatePass, ...] = ()
        for sample in samples:
            fresh += self.live.take(*sample)
            self._paper.take(*sample)
        return fresh

    def touch(self, obstacle: str) -> bool:
        """Note that something was touched; says whether the course has it."""
        known = any(each.kind == obstacle for each in self._course.obstacles)
        if known:
            self.live.touch(obstacle)
            self._paper.touch(obstacle)
        return known

    def finish(self, outcome: str, elapsed: float) -> CourseScore:
        """Sum up.

        Args:
            outcome: one of `outcomes.OUTCOMES`.
            elapsed: from start to end of the episode [s].
        """
        official: BarkourResult = self.live.result()
        return CourseScore(
            index=self._index,
            seed=self._seed,
            course=self._course.name,
            outcome=outcome,
            time_s=elapsed,
            score=official.score,
            paper_score=self._paper.result().score,
            course_s=official.time_s,
            path_m=official.path_m,
            gates_passed=len(official.passes),
            gates=official.gates,
            completed=tuple(item.name for item in official.items if item.completed),
            touched=tuple(item.name for item in official.items if item.touched),
            finished=official.finished,
            passes={
                f'{each.obstacle}/{each.gate}': each.at - official.start_s
                for each in official.passes
            },
        )


def _names(section: Any, name: str, where: str) -> tuple[str, ...]:
    listed = section.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise run_values.RunError(f'{where}: {name} has to be a list of names, not {listed!r}')
    return tuple(listed)
