"""Scores a run over the Barkour course, sample by sample.

`official` is what the published script computes, `paper` what the publication says; where they
differ is told in docs/reference/barkour_score.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from policy_nodes.evaluation.barkour_gates import (
    OFF_TABLE,
    ON_TABLE,
    Spot,
    allotted,
    from_table,
    passed,
)
from policy_nodes.simulation.barkour.course import Course, official_course

OFFICIAL = official_course()
OFFICIAL_RULES, PAPER_RULES = 'official', 'paper'
SEMANTICS = (OFFICIAL_RULES, PAPER_RULES)

STAY = 5.0  # on the end table [s]
PENALTY = 0.1  # of an item that is not completed
PER_SECOND = 0.01  # above the allotted time
UNFINISHED = 50.0  # seconds above the allotted time, for a run that does not end on the table
_HINT = 1e-6  # by which the first sample on the table counts as there for some time [s]


@dataclass(frozen=True)
class GatePass:
    """A gate that was passed.

    Attributes:
        obstacle: its name.
        gate: counts from 0 within the obstacle.
        at: time since the first sample [s].
    """

    obstacle: str
    gate: int
    at: float


@dataclass(frozen=True)
class Item:
    """How an obstacle was met.

    Attributes:
        name: of the obstacle.
        passed: gates.
        gates: that it has.
        completed: whether it counts.
        touched: whether what must not be touched was.
        allotted_s: time for it [s].
        first_s: when its first gate was passed, since the timer started [s]; None if never.
        last_s: when its last gate was passed [s]; None if not.
    """

    name: str
    passed: int
    gates: int
    completed: bool
    touched: bool
    allotted_s: float
    first_s: float | None
    last_s: float | None


@dataclass(frozen=True)
class BarkourResult:
    """What a run is worth.

    Attributes:
        semantics: one of `SEMANTICS`.
        score: at most 1.
        time_s: from the start gate to the arrival on the end table, or to the last sample [s].
        excess_s: of it above the allotted time [s]; below zero where it was not used up.
        allotted_s: that the excess is counted from [s].
        on_table_s: time on the end table [s].
        finished: whether it stayed there long enough.
        start_s: when the timer started, since the first sample [s].
        path_m: way of the base [m].
        items: in the order of the course.
        passes: gates in the order of passing.
    """

    semantics: str
    score: float
    time_s: float
    excess_s: float
    allotted_s: float
    on_table_s: float
    finished: bool
    start_s: float
    path_m: float
    items: tuple[Item, ...]
    passes: tuple[GatePass, ...]

    @property
    def completed(self) -> int:
        """How many items count."""
        return sum(item.completed for item in self.items)

    @property
    def gates(self) -> int:
        """How many gates there are."""
        return sum(item.gates for item in self.items)

    def to_mapping(self) -> dict[str, Any]:
        """Write as plain values."""
        return asdict(self) | {
            'gates_passed': len(self.passes),
            'gates': self.gates,
            'completed': self.completed,
        }


class BarkourScore:
    """Judges one run, sample by sample.

    Attributes:
        over: whether the run has ended; later samples change nothing.
    """

    def __init__(self, course: Course = OFFICIAL, *, semantics: str = OFFICIAL_RULES) -> None:
        """Begin a run.

        Raises:
            ValueError: there are no such semantics.
        """
        if semantics not in SEMANTICS:
            raise ValueError(
                f'there are no semantics {semantics!r}; known: {", ".join(SEMANTICS)}'
            )
        self.course, self.semantics = course, semantics
        self.over = False
        self._passes: list[GatePass] = []
        self._passed = {each.kind: 0 for each in course.obstacles}
        self._touched: set[str] = set()
        self._first = self._start = self._now = 0.0
        self._before: Spot | None = None
        self._path = self._on_table = 0.0
        self._arrived: float | None = None

    def take(self, time: float, x: float, y: float) -> tuple[GatePass, ...]:
        """Take where the base is.

        Args:
            time: any that goes on [s].
            x: in the frame of the course [m].
            y: in the frame of the course [m].

        Returns:
            Gates passed with this sample.
        """
        if self.over:
            return ()
        time, spot = float(time), (float(x), float(y))
        if self._before is None:
            self._first = self._start = time
            self._before = spot
        self._now = time
        self._path += math.dist(self._before, spot)
        fresh = tuple(self._pass_gates(self._before, spot))
        self._passes += fresh
        self._look_at_table(spot)
        self._before = spot
        return fresh

    def touch(self, obstacle: str = 'broad_jump') -> None:
        """Note that the robot touched what must not be touched: its item is failed."""
        if not self.over:
            self._touched.add(obstacle)

    def result(self) -> BarkourResult:
        """What the run is worth if it ends, or has ended, here."""
        finished = self._on_table >= STAY
        items = tuple(self._items(finished))
        failed = sum(not item.completed for item in items)
        time = self._now - self._start - self._on_table
        if self.semantics == PAPER_RULES:
            given = self._allotted()
            deducted = float(math.floor(max(time - given, 0.0)))
        else:
            given = sum(item.allotted_s for item in items if item.completed)
            deducted = max(time - given, 0.0) if finished else UNFINISHED
        score = 1.0 - PER_SECOND * deducted - PENALTY * failed
        if self.semantics == PAPER_RULES:
            score = max(score, 0.0)
        return BarkourResult(
            self.semantics, score, time, time - given, given, self._on_table, finished,
            self._start - self._first, self._path, items, tuple(self._passes),
        )  # fmt: skip

    def attainable(self) -> float:
        """The score if all that is left were completed at once: what a running run can get."""
        time = self._now - self._start - self._on_table
        given = self._allotted()
        if self.semantics == OFFICIAL_RULES:
            given -= sum(map(allotted, self._touched))
        excess = max(time - given, 0.0)
        deducted = math.floor(excess) if self.semantics == PAPER_RULES else excess
        return max(1.0 - PER_SECOND * deducted - PENALTY * len(self._touched), 0.0)

    def _allotted(self) -> float:
        """Time for all of the course [s]."""
        return sum(allotted(each.kind) for each in self.course.obstacles)

    def _pass_gates(self, before: Spot, now: Spot) -> Iterable[GatePass]:
        """Gates are passed in order within an obstacle, at most one of each with a sample."""
        for each in self.course.obstacles:
            number = self._passed[each.kind]
            if number < len(each.gates) and passed(each.gates[number], before, now):
                self._passed[each.kind] += 1
                if each.kind == 'start_table':
                    self._start = self._now
                yield GatePass(each.kind, number, self._now - self._first)

    def _look_at_table(self, spot: Spot) -> None:
        away = from_table(self.course, spot)
        if away < ON_TABLE:
            if self._arrived is None:
                self._arrived = self._now - _HINT
            self._on_table = self._now - self._arrived
            self.over = self._on_table >= STAY
        elif self._on_table > 0:
            self.over = away > OFF_TABLE

    def _items(self, finished: bool) -> Iterable[Item]:
        for each in self.course.obstacles:
            passes = [entry for entry in self._passes if entry.obstacle == each.kind]
            times = [entry.at + self._first - self._start for entry in passes]
            through = len(passes) == len(each.gates)
            touched = each.kind in self._touched
            completed = finished if each.kind == 'end_table' else through and not touched
            yield Item(
                each.kind, len(passes), len(each.gates), completed, touched, allotted(each.kind),
                times[0] if times else None, times[-1] if through else None,
            )  # fmt: skip


def score_track(
    samples: Iterable[tuple[float, float, float]],
    *,
    course: Course = OFFICIAL,
    semantics: str = OFFICIAL_RULES,
    touched_jump: bool = False,
) -> BarkourResult:
    """Score a whole log.

    Args:
        samples: time [s], x, y [m] of the base in the frame of the course.
        course: that was run.
        semantics: one of `SEMANTICS`.
        touched_jump: whether the broad jump was touched, which no track tells.

    Raises:
        ValueError: there are no such semantics.
    """
    score = BarkourScore(course, semantics=semantics)
    if touched_jump:
        score.touch()
    for time, x, y in samples:
        score.take(time, x, y)
        if score.over:
            break
    return score.result()
