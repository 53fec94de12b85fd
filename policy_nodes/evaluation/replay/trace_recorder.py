"""Notes what a controller does while it is played to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from policy_nodes.contract.samples import BaseSample, LaserSample, PeopleSample, TwistSample
from policy_nodes.evaluation.replay.measures import STILL_V
from policy_nodes.evaluation.replay.trace import Commands, Floats, Sights, Trace
from policy_nodes.safety.approach import distance_to_contact
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.safety.decision import Decision

Pair = tuple[float, float]
_NOTHING = (math.nan, math.nan)


class TraceRecorder:
    """Collects the trace of one replay."""

    def __init__(self, controller: BaseSafetyController, begin: float = 0.0) -> None:
        """Watch a controller, at whose newest scan and odometry it looks.

        Args:
            controller: to watch.
            begin: of the trace, whose times count from there [s].
        """
        self._controller = controller
        self.begin = begin
        self._radius = controller.config.approach.radius
        self._proposals: list[tuple[float, Pair]] = []
        self._intended: Pair = _NOTHING
        self._decisions: list[tuple[float, Pair, int, tuple[str, ...]]] = []
        self._measured: list[tuple[float, Pair]] = []
        self._sights: list[tuple[float, float, float, float]] = []
        self._people: list[Pair] = []
        self._onsets: Counter[str] = Counter()
        self._standing_reasons: frozenset[str] = frozenset()
        self._details: dict[str, str] = {}
        self._latched_at: float | None = None

    def propose(self, time: float, proposal: TwistSample) -> None:
        """Note a proposal at a time [s]."""
        twist = float(proposal.linear[0]), float(proposal.angular[2])
        sound = all(math.isfinite(each) for each in twist)
        self._proposals.append((time - self.begin, twist if sound else _NOTHING))

    def intend(self, proposal: TwistSample) -> None:
        """Note what the recorded robot was asked to do, whoever proposes in the replay."""
        self._intended = float(proposal.linear[0]), float(proposal.angular[2])

    def follow(self, begin: float) -> TraceRecorder:
        """Give the recorder of what comes next, which knows how things stand.

        Args:
            begin: of its trace, and end of this one [s].
        """
        found = TraceRecorder(self._controller, begin)
        found._intended = self._intended
        found._standing_reasons = self._standing_reasons
        found._proposals = [(time - begin + self.begin, it) for time, it in self._proposals[-1:]]
        found._measured = [(0.0, twist) for _, twist in self._measured[-1:]]
        found._decisions = [
            (0.0, sent, level, why) for _, sent, level, why in self._decisions[-1:]
        ]
        return found

    def decide(self, time: float, decision: Decision) -> None:
        """Note a decision at a time [s]."""
        time -= self.begin
        sent = float(decision.sent[0]), float(decision.sent[1])
        self._decisions.append((time, sent, int(decision.level), decision.reasons))
        reasons = frozenset(decision.reasons)
        self._onsets.update(reasons - self._standing_reasons)
        self._standing_reasons = reasons
        for each in decision.findings:
            words = f'{each.source}: {each.detail}' if each.detail else each.source
            self._details[each.reason.code] = words
        if decision.latched and self._latched_at is None:
            self._latched_at = time

    def see(self, time: float, sample: LaserSample | BaseSample | PeopleSample) -> None:
        """Note a sample that the controller took at a time [s]."""
        time -= self.begin
        if isinstance(sample, LaserSample):
            self._look(time)
        elif isinstance(sample, BaseSample):
            self._measured.append((time, (float(sample.v), float(sample.w))))
        else:
            self._meet(time, sample)

    def finish(self, duration: float, taken: dict[str, int], refused: dict[str, int]) -> Trace:
        """Return the trace.

        Args:
            duration: of the bag [s].
            taken: messages that the controller took, by what they were.
            refused: messages that it refused.
        """
        decided = self._decisions
        return Trace(
            duration=duration,
            proposed=_commands(self._proposals),
            sent=_commands([(time, sent) for time, sent, *_ in decided]),
            level=np.array([level for _, _, level, _ in decided], dtype=np.int64),
            reasons=tuple(reasons for *_, reasons in decided),
            measured=_commands(self._measured),
            sights=Sights(*_columns(self._sights, 4).T),
            people=_columns(self._people, 2),
            onsets=dict(self._onsets),
            refused=refused,
            taken=taken,
            details=self._details,
            latched_at=self._latched_at,
        )

    def _look(self, time: float) -> None:
        points = self._controller.guard.points
        if points is None:
            return
        v, w = self._motion()
        nearest = float(points.distance[0]) if len(points.distance) else math.inf
        way = math.inf
        if v and len(points.x):
            way = float(distance_to_contact(points.x, points.y, v, w, self._radius).min())
        self._sights.append((time, nearest - self._radius, way, abs(v)))

    def _motion(self) -> Pair:
        """What the robot does; while it stands, what it is asked to do."""
        measured = self._measured[-1][1] if self._measured else _NOTHING
        for twist in (measured, self._intended):
            if abs(twist[0]) > STILL_V:
                return twist
        return 0.0, 0.0

    def _meet(self, time: float, people: PeopleSample) -> None:
        base = self._controller.streams.base
        if base is None or not len(people.ids):
            return
        away = np.hypot(*(people.positions - base.position[:2]).T) - people.radii
        self._people.append((time, float(away.min()) - self._radius))


def _columns(rows: Sequence[tuple[float, ...]], count: int) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(-1, count)


def _commands(rows: list[tuple[float, Pair]]) -> Commands:
    return Commands(
        np.array([time for time, _ in rows], dtype=np.float64),
        np.array([twist for _, twist in rows], dtype=np.float64).reshape(-1, 2),
    )
