"""What zones and the approach model leave of a command by one source; the strictest wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policy_nodes.safety.approach import Approach, Floats
from policy_nodes.safety.finding import Finding, strongest_first
from policy_nodes.safety.people_in_base import PeopleInBase
from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.scan_points import ScanPoints
from policy_nodes.safety.zone import Zone

ScanArrays = tuple[Floats, Floats, Floats]  # x, y, distance of points


@dataclass(frozen=True)
class Verdict:
    """What is left of a command.

    Attributes:
        v: forward speed [m/s].
        w: yaw rate [rad/s].
        scale: share of the speed that is left.
        findings: why, strongest first; empty if all of it is left.
    """

    v: float
    w: float
    scale: float
    findings: tuple[Finding, ...]


class ObstacleGuard:
    """Judges commands by the newest scan, or by the newest cloud."""

    def __init__(
        self,
        *,
        zones: Sequence[Zone] = (),
        approach: Approach | None = None,
        approach_turns: bool = True,
        max_invalid_share: float = 0.3,
        max_invalid_ahead: float = 0.2,
        mask_margin: float | None = None,
        walking_speed: float = 0.2,
        source: str = 'scan',
    ) -> None:
        """Set up the guard.

        Args:
            zones: all that count.
            approach: model of braking in time, or None.
            approach_turns: whether a blocked way leaves the yaw rate.
            max_invalid_share: more invalid rays than this and nothing moves.
            max_invalid_ahead: more unseen directions than this and nothing drives that way.
            mask_margin: the approach model leaves out points this near to walking people [m],
                because they walk on; None leaves out none.
            walking_speed: slower people stand [m/s].
            source: name in findings: scan or points.
        """
        self.zones = tuple(zones)
        self.approach = approach
        self.approach_turns = approach_turns
        self.max_invalid_share = max_invalid_share
        self.max_invalid_ahead = max_invalid_ahead
        self.mask_margin = mask_margin
        self.walking_speed = walking_speed
        self.source = source
        self.points: ScanPoints | None = None
        self._unmasked: tuple[ScanPoints, PeopleInBase, ScanArrays] | None = None
        self._seen_by = '' if source == 'scan' else f'Seen by {source}.'

    def observe(self, points: ScanPoints) -> None:
        """Take a scan."""
        self.points = points
        for zone in self.zones:
            zone.observe(points)

    def forget(self) -> None:
        """Rely on no scan received so far."""
        self.points = None
        for zone in self.zones:
            zone.forget()

    def judge(
        self,
        v: float,
        w: float,
        *,
        scan_age: float = 0.0,
        people: PeopleInBase | None = None,
        slowed: bool = False,
    ) -> Verdict:
        """Say what may be left of a command.

        Args:
            v: forward speed [m/s].
            w: yaw rate [rad/s].
            scan_age: age of the scan when the command is sent [s].
            people: who walks around, or None where nobody knows.
            slowed: slow zones were applied already; the others may be applied any number of
                times.
        """
        if v == 0 and w == 0:
            return Verdict(v, w, 1.0, ())
        points = self.points
        if points is None or points.blind_share > self.max_invalid_share:
            share = 1.0 if points is None else points.blind_share
            what = 'rays' if self.source == 'scan' else 'points'
            words = f'{share:.0%} of the {what} are invalid, allowed {self.max_invalid_share:.0%}.'
            return Verdict(0.0, 0.0, 0.0, (Finding(Reason.SCAN_BLIND, self.source, words),))
        if v == 0:
            return Verdict(v, w, 1.0, ())

        scale, turns, findings = 1.0, True, list[Finding]()
        blind = points.blind_ahead if v > 0 else points.blind_behind
        if blind > self.max_invalid_ahead:
            scale = 0.0
            words = f'{blind:.0%} of the way is unseen, allowed {self.max_invalid_ahead:.0%}.'
            findings.append(Finding(Reason.SCAN_BLIND, self.source, words))
        for zone in self.zones:
            share = zone.scale(v, w)
            if share < 1.0 and not (slowed and zone.model == 'slow'):
                scale = min(scale, share)
                stops = zone.model == 'stop'
                turns = turns and (zone.turn_in_place or not stops)
                reason = Reason.ZONE_STOP if stops else Reason.ZONE_SLOW
                findings.append(Finding(reason, zone.name, self._seen_by))
        if self.approach is not None:
            share, way = self._approach(points, v, w, scan_age, people)
            if share < 1.0:
                scale = min(scale, share)
                turns = turns and (self.approach_turns or share > 0)
                reason = Reason.APPROACH_SLOW if share > 0 else Reason.APPROACH_STOP
                words = f'{way:.2f} m left. {self._seen_by}'
                findings.append(Finding(reason, 'approach', words.strip()))
        left_w = scale * w
        if scale == 0 and turns:
            left_w = w
        return Verdict(scale * v, left_w, scale, strongest_first(findings))

    def _approach(
        self, points: ScanPoints, v: float, w: float, scan_age: float, people: PeopleInBase | None
    ) -> tuple[float, float]:
        assert self.approach is not None
        x, y, distance = self._besides(points, people)
        return self.approach.scale(x, y, distance, v, w, scan_age)

    def _besides(self, points: ScanPoints, people: PeopleInBase | None) -> ScanArrays:
        """Points that walking people do not hide; several commands are judged by the same."""
        x, y, distance = points.x, points.y, points.distance
        if people is None or self.mask_margin is None:
            return x, y, distance
        known = self._unmasked
        if known is None or known[0] is not points or known[1] is not people:
            free = ~people.cover(x, y, self.mask_margin, self.walking_speed)
            known = self._unmasked = points, people, (x[free], y[free], distance[free])
        return known[2]
