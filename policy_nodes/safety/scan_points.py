"""A laser scan as points around the base, with what it cannot see.

Ranges mean what REP-117 says: -inf or below range_min is too close, +inf or beyond range_max is
nothing there, NaN is invalid. What is too close becomes a point in contact, so it fails closed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import LaserSample
from policy_nodes.safety.mount import Mount

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class ScanPoints:
    """What one scan says, in the base frame; points nearest to the base first.

    Attributes:
        stamp_ns: of the scan.
        x: (points,) [m].
        y: (points,) [m].
        distance: (points,) from the base origin [m].
        blind_share: rays that are invalid, of those that count.
        blind_ahead: of the directions ahead, the share without a valid ray.
        blind_behind: of the directions behind, the share without a valid ray.
    """

    stamp_ns: int
    x: Floats
    y: Floats
    distance: Floats
    blind_share: float
    blind_ahead: float
    blind_behind: float


@dataclass(frozen=True)
class _Rays:
    """Directions of the rays of one scan layout in the base frame; all (rays,) but the counts."""

    x: Floats
    y: Floats
    used: Mask
    ahead: Mask
    behind: Mask
    wanted_ahead: int
    wanted_behind: int


class ScanProjector:
    """Turns scans into points; directions are computed once per layout of rays."""

    def __init__(
        self,
        *,
        x: float = 0.0,
        y: float = 0.0,
        yaw: float = 0.0,
        body_radius: float = 0.1,
        ignored: Sequence[tuple[float, float]] = (),
        sector: float = math.pi / 4,
        zero_is_invalid: bool = False,
    ) -> None:
        """Describe how the scanner is mounted.

        Args:
            x: of the scanner in the base frame [m].
            y: of the scanner in the base frame [m].
            yaw: of the scanner in the base frame [rad].
            body_radius: points nearer to the base origin are the robot itself [m].
            ignored: from, to [rad] in the scanner's frame where its own structure stands.
            sector: directions within this angle of straight on count as ahead [rad].
            zero_is_invalid: some drivers write 0 where REP-117 wants NaN.
        """
        self.mount = Mount.planar(x, y, yaw)
        self.body_radius = body_radius
        self.ignored = tuple(ignored)
        self.sector = sector
        self.zero_is_invalid = zero_is_invalid
        self._layout: tuple[float, float, int] | None = None
        self._laid_for = self.mount
        self._rays: _Rays | None = None

    def project(self, scan: LaserSample, mount: Mount | None = None) -> ScanPoints:
        """Turn an admitted scan into points.

        Args:
            scan: that was admitted.
            mount: where the scanner sat at that time, if not where it is said to sit always.
        """
        mount = self.mount if mount is None else mount
        rays = self._rays_of(scan, mount)
        # a NaN of any kind is an invalid ray, and no reason to warn
        with np.errstate(invalid='ignore'):
            ranges = scan.ranges.astype(np.float64)
        invalid = np.isnan(ranges)
        if self.zero_is_invalid:
            invalid |= ranges == 0
        close = (ranges < scan.range_min) & ~invalid
        valid = rays.used & ~invalid
        # nearer than any point that the body mask leaves, so it counts as contact
        ranges[close] = max(scan.range_min, self.body_radius)
        seen = valid & (ranges <= scan.range_max)
        x = mount.translation[0] + ranges[seen] * rays.x[seen]
        y = mount.translation[1] + ranges[seen] * rays.y[seen]
        distance = np.hypot(x, y)
        own = (distance < self.body_radius) & ~close[seen]
        if own.any():
            x, y, distance = x[~own], y[~own], distance[~own]
        # sorted once, so that every command looks at a slice of near points only
        order = np.argsort(distance)
        x, y, distance = x[order], y[order], distance[order]
        used = int(rays.used.sum())
        return ScanPoints(
            stamp_ns=scan.stamp_ns,
            x=x,
            y=y,
            distance=distance,
            blind_share=1.0 - int(valid.sum()) / used if used else 1.0,
            blind_ahead=_missing(valid, rays.ahead, rays.wanted_ahead),
            blind_behind=_missing(valid, rays.behind, rays.wanted_behind),
        )

    def _rays_of(self, scan: LaserSample, mount: Mount) -> _Rays:
        layout = (scan.angle_min, scan.angle_increment, len(scan.ranges))
        turned = mount is not self._laid_for and not np.array_equal(
            mount.rotation, self._laid_for.rotation
        )
        if self._rays is None or layout != self._layout or turned:
            self._layout, self._laid_for = layout, mount
            self._rays = self._lay_out(*layout, mount.rotation)
        return self._rays

    def _lay_out(self, angle_min: float, increment: float, count: int, turn: Floats) -> _Rays:
        own = angle_min + increment * np.arange(count)
        used = np.ones(count, dtype=bool)
        for low, high in self.ignored:
            used &= np.remainder(own - low, 2 * math.pi) > (high - low)
        # a scanner may stand on its head or tilt: then its plane is seen from above
        x, y = (turn[row, 0] * np.cos(own) + turn[row, 1] * np.sin(own) for row in (0, 1))
        off = np.abs(np.arctan2(y, x))
        ahead, behind = off <= self.sector, off >= math.pi - self.sector
        wanted = math.floor(2 * self.sector / abs(increment))
        return _Rays(
            x=x,
            y=y,
            used=used,
            ahead=ahead,
            behind=behind,
            wanted_ahead=wanted - int((ahead & ~used).sum()),
            wanted_behind=wanted - int((behind & ~used).sum()),
        )


def _missing(valid: Mask, sector: Mask, wanted: int) -> float:
    if wanted <= 0:
        return 1.0
    return max(0.0, 1.0 - int((valid & sector).sum()) / wanted)
