"""What all sources of obstacles together leave of a command; the strictest wins."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from policy_nodes.safety.finding import strongest_first
from policy_nodes.safety.obstacle_guard import ObstacleGuard, Verdict
from policy_nodes.safety.people_in_base import PeopleInBase
from policy_nodes.safety.scan_points import ScanPoints


class ObstacleSources:
    """One guard a source, so that what one sees is not released by another that does not.

    Attributes:
        guards: by name of the source.
    """

    def __init__(self, guards: Mapping[str, ObstacleGuard]) -> None:
        self.guards = dict(guards)
        self._together: ScanPoints | None = None

    @property
    def points(self) -> ScanPoints | None:
        """Newest points of all sources together, nearest first; None until one delivered."""
        if self._together is None:
            self._together = _together([each.points for each in self.guards.values()])
        return self._together

    def observe(self, source: str, points: ScanPoints) -> None:
        """Take what a source saw."""
        self._together = None
        self.guards[source].observe(points)

    def forget(self) -> None:
        """Rely on nothing received so far."""
        self._together = None
        for guard in self.guards.values():
            guard.forget()

    def judge(
        self,
        v: float,
        w: float,
        *,
        ages: Mapping[str, float],
        people: PeopleInBase | None = None,
        slowed: bool = False,
    ) -> Verdict:
        """Say what may be left of a command.

        Args:
            v: forward speed [m/s].
            w: yaw rate [rad/s].
            ages: of what each source saw, when the command is sent [s].
            people: who walks around, or None where nobody knows.
            slowed: as for one guard.
        """
        verdicts = [
            guard.judge(v, w, scan_age=ages[source], people=people, slowed=slowed)
            for source, guard in self.guards.items()
        ]
        if len(verdicts) == 1:
            return verdicts[0]
        scale = min(each.scale for each in verdicts)
        # where nothing of the speed is left, some leave the turn and some do not
        left_w = scale * w
        if scale == 0:
            left_w = min((each.w for each in verdicts if each.scale == 0), key=abs)
        findings = [finding for each in verdicts for finding in each.findings]
        return Verdict(scale * v, left_w, scale, strongest_first(findings))

    def is_free(
        self, v: float, w: float, *, ages: Mapping[str, float], people: PeopleInBase | None = None
    ) -> bool:
        """Whether no source speaks against a command; slow zones do not, as they are slowed for.

        The arguments are those of `judge`.
        """
        return not any(
            guard.judge(v, w, scan_age=ages[source], people=people, slowed=True).findings
            for source, guard in self.guards.items()
        )


def _together(seen: list[ScanPoints | None]) -> ScanPoints | None:
    known = [points for points in seen if points is not None]
    if len(known) < 2:
        return known[0] if known else None
    distance = np.concatenate([points.distance for points in known])
    order = np.argsort(distance, kind='stable')
    return ScanPoints(
        stamp_ns=min(points.stamp_ns for points in known),
        x=np.concatenate([points.x for points in known])[order],
        y=np.concatenate([points.y for points in known])[order],
        distance=distance[order],
        blind_share=max(points.blind_share for points in known),
        blind_ahead=min(points.blind_ahead for points in known),
        blind_behind=min(points.blind_behind for points in known),
    )
