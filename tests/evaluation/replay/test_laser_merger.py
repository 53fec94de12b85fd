"""Scans of several scanners become one round the base."""

from __future__ import annotations

import math

import numpy as np
import pytest

from policy_nodes.contract.samples import LaserSample
from policy_nodes.evaluation.replay.laser_merger import LaserMerger
from policy_nodes.evaluation.replay.topic_map import Mount
from policy_nodes.safety.scan_points import ScanProjector

FRONT, BACK = Mount(0.4, 0.0, 0.0), Mount(-0.4, 0.1, math.pi)
RAYS, HALF = 361, math.radians(100)  # 200 degrees each


def scan(mount: Mount, points: np.ndarray, stamp_ns: int = 10**9) -> LaserSample:
    """What a scanner sees of points in the base frame: each on the nearest ray."""
    step = 2 * HALF / (RAYS - 1)
    ranges = np.full(RAYS, np.inf, dtype=np.float32)
    for x, y in points:
        bearing = math.atan2(y - mount.y, x - mount.x) - mount.yaw
        bearing = math.remainder(bearing, 2 * math.pi)
        if abs(bearing) <= HALF:
            ray = round((bearing + HALF) / step)
            ranges[ray] = min(ranges[ray], math.hypot(x - mount.x, y - mount.y))
    return LaserSample(stamp_ns, 'laser', -HALF, step, 0.05, 8.0, ranges)


def merged(front: LaserSample, back: LaserSample | None = None) -> LaserSample:
    merger = LaserMerger({'front': FRONT, 'back': BACK}, frame='base_link')
    if back is not None:
        assert merger.take('back', back) is None
    return merger.take('front', front)


def test_points_of_both_scanners_lie_where_they_are():
    points = np.array([(1.5, 0.2), (2.0, -1.0), (-1.2, 0.3), (-2.5, -0.9)])
    found = ScanProjector().project(merged(scan(FRONT, points), scan(BACK, points)))
    for x, y in points:
        assert np.hypot(found.x - x, found.y - y).min() < 0.03
    assert len(found.x) == len(np.unique(np.round(found.distance, 1)))
    assert found.blind_share == 0.0


def test_what_no_scanner_covers_is_unseen_and_not_free():
    alone = ScanProjector().project(merged(scan(FRONT, np.zeros((0, 2)))))
    assert alone.blind_ahead == 0.0
    assert alone.blind_behind == 1.0
    # the front scanner sees 200 of 360 degrees
    assert alone.blind_share == pytest.approx(160 / 360, abs=0.03)


def test_a_scan_of_another_scanner_that_is_old_counts_as_none():
    nothing = np.zeros((0, 2))
    old = scan(BACK, nothing, stamp_ns=10**9 - 300_000_000)
    assert ScanProjector().project(merged(scan(FRONT, nothing), old)).blind_behind == 1.0


def test_rays_that_are_too_close_are_contacts_and_invalid_ones_are_unseen():
    front, back = scan(FRONT, np.zeros((0, 2))), scan(BACK, np.zeros((0, 2)))
    front.ranges[RAYS // 2] = -np.inf
    found = ScanProjector(body_radius=0.3).project(merged(front, back))
    assert found.distance[0] == pytest.approx(0.3)
    assert abs(found.y[0]) < 0.05
    front.ranges[:] = np.nan
    assert ScanProjector().project(merged(front, back)).blind_ahead > 0.9


def test_a_scan_that_makes_no_sense_is_handed_on_for_the_controller_to_refuse():
    broken = LaserSample(1, 'laser', 0.0, math.nan, 0.05, 8.0, np.zeros(3, dtype=np.float32))
    assert merged(broken) is broken
