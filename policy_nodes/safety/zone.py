"""A zone around the base that stops, slows or limits motion towards what stands in it."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.debounce import Debounce
from policy_nodes.safety.scan_points import ScanPoints

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MODELS = ('stop', 'slow', 'limit')


class Area(Protocol):
    """A shape in the base frame."""

    @property
    def reach(self) -> float:
        """Distance from the base origin to its farthest point [m]."""

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Which points lie inside."""

    def outline(self) -> Floats:
        """Corners (n, 2) of its edge [m]."""


class Zone:
    """One zone with its debounce.

    Only points that the motion approaches count: those ahead of the base when it drives forward,
    behind it when it drives backward. So it may always retreat, and turn in place.
    """

    def __init__(
        self,
        name: str,
        area: Area,
        *,
        model: str = 'stop',
        ratio: float = 0.5,
        max_v: float = 0.2,
        max_w: float = 0.5,
        min_points: int = 1,
        trigger_scans: int = 1,
        release_scans: int = 1,
        speed_low: float = -math.inf,
        speed_high: float = math.inf,
        abeam: float = 0.17,
        turn_in_place: bool = True,
    ) -> None:
        """Set up a zone.

        Args:
            name: in findings.
            area: where, in the base frame.
            model: stop, slow (by ratio) or limit (to max_v and max_w).
            ratio: of speed that slow leaves, in [0, 1).
            max_v: speed that limit leaves [m/s].
            max_w: yaw rate that limit leaves [rad/s].
            min_points: fewer points do not count.
            trigger_scans: scans in a row that must see enough points.
            release_scans: scans in a row that must see too few.
            speed_low: the zone holds for forward speeds from here [m/s] ...
            speed_high: ... to here [m/s].
            abeam: points within this angle of straight aside are passed, not approached [rad].
            turn_in_place: whether stop leaves the yaw rate.

        Raises:
            ValueError: an unknown model.
        """
        if model not in MODELS:
            raise ValueError(f'unknown zone model {model!r}; known: {", ".join(MODELS)}')
        self.name = name
        self.area = area
        self.model = model
        self.ratio = ratio
        self.max_v = max_v
        self.max_w = max_w
        self.min_points = min_points
        self.speed_low = speed_low
        self.speed_high = speed_high
        self.turn_in_place = turn_in_place
        self._aside = math.sin(abeam)
        self._reach = area.reach * (1.0 + 1e-9)  # rounding must leave out no point of its edge
        self._ahead = Debounce(trigger_scans, release_scans)
        self._behind = Debounce(trigger_scans, release_scans)

    def observe(self, points: ScanPoints) -> None:
        """Take a scan."""
        near = int(np.searchsorted(points.distance, self._reach, side='right'))
        x = points.x[:near]
        inside = self.area.contains(x, points.y[:near])
        aside = self._aside * points.distance[:near]
        ahead = int(np.count_nonzero(inside & (x > aside)))
        behind = int(np.count_nonzero(inside & (x < -aside)))
        self._ahead.look(ahead >= self.min_points)
        self._behind.look(behind >= self.min_points)

    @property
    def holds_something(self) -> bool:
        """Whether something stands in it, on whichever side."""
        return self._ahead.on or self._behind.on

    def occupied(self, v: float) -> bool:
        """Whether something stands where forward speed v [m/s] leads."""
        if v == 0 or not self.speed_low <= v <= self.speed_high:
            return False
        return self._ahead.on if v > 0 else self._behind.on

    def scale(self, v: float, w: float) -> float:
        """Share of a command v [m/s], w [rad/s] that the zone leaves, in [0, 1]."""
        if not self.occupied(v):
            return 1.0
        if self.model == 'stop':
            return 0.0
        if self.model == 'slow':
            return self.ratio
        scale = min(1.0, self.max_v / abs(v))
        return min(scale, self.max_w / abs(w)) if w else scale

    def forget(self) -> None:
        """Release both directions."""
        self._ahead.clear()
        self._behind.clear()
