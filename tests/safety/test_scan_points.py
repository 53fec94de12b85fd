"""Scans as points: REP-117, the mount, the robot's own body and blindness."""

import math
import warnings

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.scan_points import ScanProjector
from policy_nodes.safety.sensor_admission import (
    damage_of_odometry,
    damage_of_people,
    damage_of_scan,
)


def with_ranges(make, values, **changes):
    ranges = np.full(360, np.inf, dtype=np.float32)
    for ray, value in values.items():
        ranges[ray] = value
    return make.scan([], ranges=ranges, **changes)


def test_points_lie_where_the_rays_ended(make):
    points = ScanProjector().project(make.scan([(1.0, 0.0), (0.0, 2.0), (-3.0, 0.0)]))
    found = sorted(zip(points.x.round(6), points.y.round(6), strict=True))
    assert found == [(-3.0, 0.0), (0.0, 2.0), (1.0, 0.0)]


def test_the_mount_moves_and_turns_the_points(make):
    projector = ScanProjector(x=0.2, y=0.1, yaw=math.pi / 2)
    points = projector.project(make.scan([(1.0, 0.0)]))
    assert (points.x[0], points.y[0]) == pytest.approx((0.2, 1.1))


def test_infinity_is_nothing_and_beyond_the_range_is_nothing(make):
    points = ScanProjector().project(with_ranges(make, {0: np.inf, 1: 30.0}))
    assert len(points.x) == 0
    assert points.blind_share == 0.0


@pytest.mark.parametrize('close', [-np.inf, 0.0, 0.01])
def test_too_close_fails_closed_as_a_point_in_contact(make, close):
    points = ScanProjector(body_radius=0.15).project(with_ranges(make, {0: close}))
    assert (points.x[0], points.y[0]) == pytest.approx((0.15, 0.0))


def test_a_driver_that_writes_zero_for_invalid_is_understood_if_told(make):
    projector = ScanProjector(zero_is_invalid=True)
    points = projector.project(with_ranges(make, dict.fromkeys(range(36), 0.0)))
    assert len(points.x) == 0
    assert points.blind_share == pytest.approx(0.1)


def test_points_on_the_own_body_are_left_out(make):
    points = ScanProjector(body_radius=0.2).project(make.scan([(0.15, 0.0), (0.0, 0.3)]))
    assert points.distance.tolist() == pytest.approx([0.3])


def test_ignored_sectors_are_not_seen_and_do_not_count_as_blind(make):
    projector = ScanProjector(ignored=[(-0.1, 0.1)])
    points = projector.project(with_ranges(make, dict.fromkeys([355, 358, 0, 2, 5], np.nan)))
    assert points.blind_share == 0.0
    assert points.blind_ahead == 0.0
    assert len(projector.project(make.scan([(1.0, 0.0), (0.0, 1.0)])).x) == 1


def test_nan_counts_as_blind_where_it_is(make):
    ahead = dict.fromkeys((*range(45), *range(316, 360)), np.nan)
    points = ScanProjector().project(with_ranges(make, ahead))
    assert points.blind_ahead == pytest.approx(1.0, abs=0.03)
    assert points.blind_behind == 0.0


def test_a_scanner_that_looks_forward_only_is_blind_behind(make):
    scan = make.scan(
        [],
        angle_min=-math.pi / 2,
        angle_increment=math.pi / 180,
        ranges=np.full(181, np.inf, dtype=np.float32),
    )
    points = ScanProjector().project(scan)
    assert points.blind_ahead == 0.0
    assert points.blind_behind == 1.0


def test_s7_a_blinded_scanner_counts_as_lost(bench, make):
    rig = bench().start()
    rig.drive(0.4)
    rig.sensors = ('odometry',)
    for _ in range(8):
        rig.pass_time(0.1)
        rig.sense()
        blind = with_ranges(make, dict.fromkeys(range(0, 360, 2), np.nan), stamp_ns=rig.now_ns)
        assert rig.controller.take_scan(blind, rig.now_ns, rig.steady_s)
        rig.propose(0.4, 0.2)
    assert rig.sent() == (0.0, 0.0)
    assert rig.decision.level is Level.HOLD
    assert rig.decision.reasons[0] == 'scan_blind'


@pytest.mark.parametrize(('v', 'moves'), [(0.4, False), (-0.4, True)])
def test_a_blind_sector_stops_only_what_drives_into_it(bench, make, v, moves):
    rig = bench().start()
    rig.sensors = ('odometry',)
    for _ in range(10):
        rig.pass_time(0.1)
        rig.sense()
        rays = dict.fromkeys((*range(40), *range(320, 360)), np.nan)
        scan = with_ranges(make, rays, stamp_ns=rig.now_ns)
        rig.controller.take_scan(scan, rig.now_ns, rig.steady_s)
        rig.propose(v, 0.3)
    assert (rig.sent()[0] != 0) is moves
    assert rig.sent()[1] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ('changes', 'word'),
    [
        ({'frame': 'laser'}, 'laser'),
        ({'ranges': np.zeros((2, 3), dtype=np.float32)}, 'vector'),
        ({'ranges': np.zeros(3, dtype=int)}, 'vector'),
        ({'ranges': np.zeros(0, dtype=np.float32)}, '0 rays'),
        ({'angle_min': math.nan}, 'finite'),
        ({'angle_increment': 0.0}, 'increment'),
        ({'angle_increment': 1.0}, 'increment'),
        ({'range_max': 0.01}, 'valid ranges'),
        ({'range_max': math.nan}, 'valid ranges'),
        ({'range_min': math.nan}, 'valid ranges'),
    ],
)
def test_damaged_scans_are_refused_with_what_is_wrong(make, changes, word):
    assert word in damage_of_scan(make.scan([], **changes), 'base_link')


def test_sound_samples_are_admitted(make):
    assert damage_of_scan(make.scan([(1, 1)]), 'base_link') == ''
    assert damage_of_odometry(make.odometry(1, 0.3, 0.1), 'odom', 'base_link') == ''
    assert damage_of_people(make.people(1, [(1, 2)], [(0, 0)]), 'odom') == ''
    assert damage_of_people(make.people(1, [], []), 'odom') == ''


@pytest.mark.parametrize(
    ('changes', 'word'),
    [
        ({'frame': 'map'}, 'map'),
        ({'child_frame': 'wheel'}, 'wheel'),
        ({'v': math.nan}, 'finite'),
        ({'position': np.array([0.0, math.inf, 0.0])}, 'finite'),
        ({'position': np.zeros(2)}, 'shape'),
        ({'quaternion': np.zeros(4)}, 'length 0'),
    ],
)
def test_damaged_odometry_is_refused_with_what_is_wrong(make, changes, word):
    assert word in damage_of_odometry(make.odometry(1, **changes), 'odom', 'base_link')


@pytest.mark.parametrize(
    ('people', 'word'),
    [
        (([(math.nan, 0)], [(0, 0)]), 'finite'),
        (([(1, 0)], [(99, 0)]), 'speed'),
        (([(1, 0)], [(0, 0)], 0.0), 'radius'),
        (([(1, 0)], [(0, 0)], 0.3, 'map'), 'map'),
    ],
)
def test_damaged_people_are_refused_with_what_is_wrong(make, people, word):
    assert word in damage_of_people(make.people(1, *people), 'odom')


def test_a_signalling_nan_is_an_invalid_ray_and_no_reason_to_warn(make):
    scan = with_ranges(make, {0: 1.0, 1: 2.0})
    scan.ranges[1:2].view(np.uint32)[:] = 0x7FA00000
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        points = ScanProjector().project(scan)
    assert points.x.tolist() == [1.0]
    assert points.blind_share == pytest.approx(1 / 360)
