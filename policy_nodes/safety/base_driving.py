"""What is left of a proposed twist, and why: people, limits, obstacles, then barriers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.base_streams import BaseStreams
from policy_nodes.safety.cbf_filter import CbfFilter
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.limits import RateLimiter
from policy_nodes.safety.obstacle_guard import Verdict
from policy_nodes.safety.obstacle_sources import ObstacleSources
from policy_nodes.safety.people_guard import PeopleGuard
from policy_nodes.safety.people_in_base import PeopleInBase, people_in_base
from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.stop_profile import StopProfile

Floats = NDArray[np.float64]


class Course(NamedTuple):
    """A command that can be sent.

    Attributes:
        values: (2,) v [m/s], w [rad/s] within all limits.
        findings: why it is not the proposal.
        holds: nothing is left of the motion that was proposed.
    """

    values: Floats
    findings: list[Finding]
    holds: bool


class BaseDriving:
    """Leads proposals through everything that may change them; sends and remembers nothing."""

    def __init__(
        self,
        streams: BaseStreams,
        limiter: RateLimiter,
        stop: StopProfile,
        guard: ObstacleSources,
        people: PeopleGuard | None = None,
        barriers: CbfFilter | None = None,
    ) -> None:
        """Set it up.

        Args:
            streams: newest samples.
            limiter: holds the command that stands.
            stop: how to brake.
            guard: zones and approach model.
            people: the people term, or None.
            barriers: the barrier filter, or None.
        """
        self.streams = streams
        self.limiter = limiter
        self.stop = stop
        self.guard = guard
        self.people = people
        self.barriers = barriers

    def follow(
        self, proposed: Floats, at_ns: int, now_ns: int, steady_s: float, dt: float
    ) -> Course:
        """Come as near to a proposal (2,) as everything allows after dt [s].

        Args:
            proposed: v [m/s], w [rad/s].
            at_ns: stamp of the proposal.
            now_ns: now on the node clock.
            steady_s: now on the steady clock [s].
            dt: since the command that stands [s].
        """
        around = self._people_around(at_ns, now_ns, steady_s)
        target, findings = self._give_way(proposed, at_ns, around)
        speed = self.limiter.limit_velocity(target)
        verdict = self._judge(speed.values, at_ns, around)
        aimed = np.array([verdict.v, verdict.w])
        step = self.limiter.limit_change(aimed, dt)
        # what can be reached in this step may lead elsewhere than what was aimed at
        again = self._judge(step.values, at_ns, around, slowed=True)
        values = step.values
        if again.findings:
            values = np.clip([again.v, again.w], *self.limiter.reach(dt))
        findings += [*speed.findings, *verdict.findings, *step.findings]
        known = {finding.reason for finding in findings}
        findings += [finding for finding in again.findings if finding.reason not in known]
        stands = not aimed.any() or bool(again.findings and not (again.v or again.w))
        holds = bool(proposed.any()) and stands
        points = self.guard.points if self.barriers is not None else None
        # who wants to stand brakes already, and is not steered
        if self.barriers is None or points is None or not proposed.any():
            return Course(values, findings, holds)
        low, high = self.limiter.reach(dt)
        age = max(self.streams.ages(at_ns).values())
        kept = self.barriers.filter(values, low, high, points, scan_age=age, people=around)
        if kept.finding is not None:
            findings.append(kept.finding)
        if kept.values is None:
            return Course(self.stop.step(self.limiter.values, dt), findings, True)
        return Course(kept.values, findings, holds)

    def look_again(self, now_ns: int, steady_s: float, elapsed: float) -> Course | None:
        """Judge the command that stands by newer scans; it can only become slower.

        Returns:
            None if nothing speaks against it.
        """
        values = self.limiter.values
        around = self._people_around(now_ns, now_ns, steady_s)
        points = self.guard.points if self.barriers is not None else None
        if self.barriers is not None and points is not None:
            broken = self.barriers.holds(values, points, people=around)
            if broken is not None:
                return Course(self.stop.step(values, elapsed), [broken], True)
        verdict = self._judge(values, now_ns, around, slowed=True)
        if not verdict.findings:
            return None
        lowered = np.clip([verdict.v, verdict.w], *self.limiter.reach(elapsed))
        return Course(lowered, list(verdict.findings), not (verdict.v or verdict.w))

    def _people_around(self, at_ns: int, now_ns: int, steady_s: float) -> PeopleInBase | None:
        if self.streams.base is None or (self.people is None and self.barriers is None):
            return None
        walking = self.streams.usable_people(now_ns, steady_s)
        return None if walking is None else people_in_base(walking, self.streams.base, at_ns)

    def _give_way(
        self, proposed: Floats, at_ns: int, around: PeopleInBase | None
    ) -> tuple[Floats, list[Finding]]:
        """Change a proposal for walking people, where that keeps more distance."""
        if self.people is None or around is None:
            return proposed, []
        wanted = self.limiter.limit_velocity(proposed).values

        ages = self.streams.ages(at_ns)

        def is_free(v: float, w: float) -> bool:
            return self.guard.is_free(v, w, ages=ages, people=around)

        choice = self.people.choose(around, wanted, self.limiter.values, is_free)
        if not choice.changed:
            return proposed, []
        if not choice.slower:
            reason = Reason.PEOPLE_GIVE_WAY
        else:
            reason = Reason.PEOPLE_SLOW if choice.values.any() else Reason.PEOPLE_STOP
        words = f'Keeps {choice.kept:.2f} m.'
        return choice.values, [Finding(reason, 'people', words)]

    def _judge(
        self, values: Floats, at_ns: int, around: PeopleInBase | None, *, slowed: bool = False
    ) -> Verdict:
        v, w = float(values[0]), float(values[1])
        ages = self.streams.ages(at_ns)
        return self.guard.judge(v, w, ages=ages, people=around, slowed=slowed)
