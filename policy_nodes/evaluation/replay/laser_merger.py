"""Makes one scan round the base of the scans of several scanners.

The safety controller knows one scanner. What a scanner sees becomes points in the base frame and
then the nearest range in each direction from the base origin. Directions that no scanner covers
are invalid; a ray that reports "too close" is a contact at its scanner, so it fails closed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import LaserSample
from policy_nodes.evaluation.replay.topic_map import Mount

Floats = NDArray[np.float64]
OLDEST_NS = 200_000_000  # an older scan of another scanner counts as none
NEAREST = 0.001  # [m]
FINEST = 0.001  # [rad]; finer rays share a direction


@dataclass(frozen=True)
class _Layout:
    """Directions of one scanner for one layout of rays.

    Attributes:
        cosine: (rays,) in the base frame.
        sine: (rays,) in the base frame.
        ray: (directions,) index of the ray that covers a direction far away; -1 for none.
    """

    cosine: Floats
    sine: Floats
    ray: NDArray[np.int64]


class LaserMerger:
    """Merges scans; the first scanner sets the pace and the stamp."""

    def __init__(self, mounts: Mapping[str, Mount], *, frame: str) -> None:
        """Describe the scanners.

        Args:
            mounts: where each sits in the base frame, by name; the first one leads.
            frame: of the merged scan, the base frame.
        """
        self._mounts = dict(mounts)
        self._leader = next(iter(mounts))
        self._frame = frame
        self._newest: dict[str, LaserSample] = {}
        self._directions = 0
        self._layouts: dict[str, tuple[tuple[float, ...], _Layout]] = {}

    def take(self, name: str, scan: LaserSample) -> LaserSample | None:
        """Take a scan of a scanner; returns a merged one at each of the leader."""
        self._newest[name] = scan
        if name != self._leader:
            return None
        if not _is_sound(scan):
            return scan  # the controller refuses it and says why
        if not self._directions:
            finest = max(abs(scan.angle_increment), FINEST)
            self._directions = math.ceil(2 * math.pi / finest)
        fresh = {
            each: it
            for each, it in self._newest.items()
            if abs(scan.stamp_ns - it.stamp_ns) <= OLDEST_NS and _is_sound(it)
        }
        return self._merge(scan, fresh)

    def _merge(self, leader: LaserSample, scans: Mapping[str, LaserSample]) -> LaserSample:
        count = self._directions
        nearest = np.full(count, np.inf)
        covered = np.zeros(count, dtype=bool)
        farthest = leader.range_max
        for name, scan in scans.items():
            layout, mount = self._layout(name, scan), self._mounts[name]
            ranges = scan.ranges.astype(np.float64)
            close = ranges < scan.range_min
            seen = (ranges >= scan.range_min) & (ranges <= scan.range_max)
            x = mount.x + ranges[seen] * layout.cosine[seen]
            y = mount.y + ranges[seen] * layout.sine[seen]
            np.minimum.at(nearest, _direction(np.arctan2(y, x), count), np.hypot(x, y))
            owned = layout.ray >= 0
            rays = layout.ray[owned]
            covered[owned] |= ~np.isnan(ranges[rays])
            if close.any():
                # beside the scanner, wherever that is seen from the base
                reach = max(scan.range_min, NEAREST)
                x = mount.x + reach * layout.cosine[close]
                y = mount.y + reach * layout.sine[close]
                nearest[_direction(np.arctan2(y, x), count)] = -np.inf
            farthest = max(farthest, scan.range_max + math.hypot(mount.x, mount.y))
        nearest[~covered & np.isposinf(nearest)] = np.nan
        step = 2 * math.pi / count
        return LaserSample(
            stamp_ns=leader.stamp_ns,
            frame=self._frame,
            angle_min=-math.pi + step / 2,
            angle_increment=step,
            range_min=0.0,
            range_max=farthest,
            ranges=nearest.astype(np.float32),
        )

    def _layout(self, name: str, scan: LaserSample) -> _Layout:
        rays = len(scan.ranges)
        key = (scan.angle_min, scan.angle_increment, float(rays), scan.range_max)
        if name not in self._layouts or self._layouts[name][0] != key:
            self._layouts[name] = key, self._lay_out(scan, self._mounts[name])
        return self._layouts[name][1]

    def _lay_out(self, scan: LaserSample, mount: Mount) -> _Layout:
        rays, count = len(scan.ranges), self._directions
        own = scan.angle_min + scan.angle_increment * np.arange(rays)
        angles = own + mount.yaw
        # which ray passes a direction from the base at the end of its range
        towards = -math.pi + (np.arange(count) + 0.5) * 2 * math.pi / count
        far_x = scan.range_max * np.cos(towards) - mount.x
        far_y = scan.range_max * np.sin(towards) - mount.y
        off = np.remainder(
            (np.arctan2(far_y, far_x) - mount.yaw - scan.angle_min)
            * math.copysign(1.0, scan.angle_increment),
            2 * math.pi,
        )
        ray = np.rint(off / abs(scan.angle_increment)).astype(np.int64)
        return _Layout(np.cos(angles), np.sin(angles), np.where(ray < rays, ray, -1))


def _direction(angles: Floats, count: int) -> NDArray[np.int64]:
    turns = (angles + math.pi) / (2 * math.pi)
    return np.minimum((turns * count).astype(np.int64), count - 1)


def _is_sound(scan: LaserSample) -> bool:
    """Whether directions can be made of it; what is not sound is not merged, so it is unseen."""
    return (
        0 < len(scan.ranges) <= 100_000
        and math.isfinite(scan.angle_min)
        and math.isfinite(scan.angle_increment)
        and scan.angle_increment != 0
        and abs(scan.angle_increment) * (len(scan.ranges) - 1) <= 4 * math.pi
        and math.isfinite(scan.range_min)
        and math.isfinite(scan.range_max)
        and 0 <= scan.range_min < scan.range_max
    )
