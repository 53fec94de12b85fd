"""Clouds as points around the base: placed, cropped, thinned; and how blind a cloud is."""

import math
import warnings

import numpy as np
import pytest
from clouds import cloud_of

from policy_nodes.safety.cloud_points import CloudProjector
from policy_nodes.safety.mount import Mount

HALF = math.sqrt(0.5)


def found(points):
    return sorted(zip(points.x.round(5).tolist(), points.y.round(5).tolist(), strict=True))


def test_points_count_between_the_ground_and_the_top_of_the_robot():
    heights = (-0.1, 0.04, 0.06, 1.0, 1.49, 1.51)
    points = CloudProjector().project(cloud_of([(1 + h, 0.0, h) for h in heights]))
    assert points.x.tolist() == pytest.approx([1.06, 2.0, 2.49])


def test_points_beyond_the_range_and_on_the_own_body_are_left_out():
    cloud = cloud_of([(0.05, 0.0, 0.3), (0.2, 0.0, 0.3), (0.0, -4.9, 0.3), (4.0, 4.0, 0.3)])
    points = CloudProjector().project(cloud)
    assert found(points) == [(0.0, -4.9), (0.2, 0.0)]


@pytest.mark.parametrize(
    ('quaternion', 'lies_at'),
    [
        ((0.0, 0.0, 0.0, 1.0), (1.2, 0.1, 0.5)),
        ((0.0, 0.0, HALF, HALF), (0.2, 1.1, 0.5)),
        ((1.0, 0.0, 0.0, 0.0), (1.2, 0.1, 0.5)),
        ((0.0, HALF, 0.0, HALF), (0.2, 0.1, -0.5)),
        # an optical frame: x right, y down, z ahead
        ((-0.5, 0.5, -0.5, 0.5), (0.2, -0.9, 0.5)),
    ],
)
def test_the_mount_turns_and_moves_the_points(quaternion, lies_at):
    mount = Mount.of_pose((0.2, 0.1, 0.5), quaternion)
    points = CloudProjector(min_height=-2.0).project(cloud_of([(1.0, 0.0, 0.0)]), mount)
    assert found(points) == [tuple(np.round(lies_at[:2], 5))]
    kept = CloudProjector(min_height=lies_at[2] + 0.01).project(cloud_of([(1, 0, 0)]), mount)
    assert found(kept) == []


@pytest.mark.parametrize(
    ('translation', 'quaternion', 'words'),
    [
        ((0, 0, np.nan), (0, 0, 0, 1), 'a sensor at'),
        ((1e6, 0, 0), (0, 0, 0, 1), 'a sensor at'),
        ((0, 0, 0), (0, 0, 0, 0), 'quaternion of length 0'),
        ((0, 0, 0), (0, 0, 0, np.nan), 'quaternion of length nan'),
        ((0, 0), (0, 0, 0, 1), 'shapes'),
    ],
)
def test_a_pose_that_none_can_be_is_refused(translation, quaternion, words):
    with pytest.raises(ValueError, match=words):
        Mount.of_pose(translation, quaternion)


def test_of_each_square_the_nearest_point_stays_and_the_nearest_comes_first():
    cloud = cloud_of([(1.04, 0.01, 0.3), (1.01, 0.01, 0.3), (0.52, 0.01, 0.3), (1.06, 0.01, 0.3)])
    points = CloudProjector(cell=0.05).project(cloud)
    assert points.x.tolist() == pytest.approx([0.52, 1.01, 1.06])
    assert points.distance.tolist() == pytest.approx(np.hypot(points.x, points.y).tolist())


def test_thinning_leaves_a_point_wherever_there_was_one_and_none_nearer():
    rng = np.random.default_rng(3)
    raw = np.column_stack((rng.uniform(-3, 3, (5000, 2)), np.full(5000, 0.3)))
    raw = raw[np.hypot(raw[:, 0], raw[:, 1]) > 0.11]
    points = CloudProjector(cell=0.1).project(cloud_of(raw, kind='f8', point_step=24))
    assert len(points.x) < 4000
    kept = np.column_stack((points.x, points.y))
    away = np.hypot(raw[:, None, 0] - kept[:, 0], raw[:, None, 1] - kept[:, 1]).min(axis=1)
    assert away.max() <= 0.1 * math.sqrt(2)
    assert points.distance[0] == np.hypot(raw[:, 0], raw[:, 1]).min()
    assert (np.diff(points.distance) >= 0).all()


def test_equal_points_of_a_square_leave_one():
    cloud = cloud_of([(1.01, 0.01, 0.3), (1.01, 0.01, 0.9), (1.02, 0.01, 0.3)] * 3)
    points = CloudProjector().project(cloud)
    assert points.x.tolist() == pytest.approx([1.01])
    assert CloudProjector(cell_points=9).project(cloud).x.tolist() == pytest.approx([1.01])
    assert len(CloudProjector(cell_points=10).project(cloud).x) == 0


def test_squares_with_too_few_points_are_noise_if_told():
    cloud = cloud_of([(1.01, 0.01, 0.3), (1.02, 0.01, 0.3), (2.01, 0.01, 0.3)])
    assert CloudProjector(cell_points=2).project(cloud).x.tolist() == pytest.approx([1.01])


def test_points_that_are_not_finite_are_dropped_and_their_share_is_judged():
    nan, inf = np.nan, np.inf
    cloud = cloud_of([(1, 0, 0.3), (nan, nan, nan), (0, inf, 0.3), (2, 0, nan)])
    points = CloudProjector().project(cloud)
    assert points.x.tolist() == [1.0]
    assert points.blind_share == pytest.approx(0.75)


def test_an_empty_cloud_is_blind_unless_told_otherwise():
    assert CloudProjector().project(cloud_of([])).blind_share == 1.0
    assert CloudProjector(least_points=0).project(cloud_of([])).blind_share == 0.0
    few = cloud_of([(1, 0, 0.3)] * 9)
    assert CloudProjector(least_points=10).project(few).blind_share == 1.0


def test_huge_values_are_out_of_range_and_no_reason_to_warn():
    huge = np.finfo(np.float64).max
    cloud = cloud_of([(huge, -huge, huge), (1.0, 0.0, 0.3)], kind='f8', point_step=24)
    mount = Mount.of_pose((0.0, 0.0, 0.0), (0.1, 0.2, 0.3, math.sqrt(1 - 0.14)))
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        points = CloudProjector(min_height=-2.0).project(cloud, mount)
    assert len(points.x) == 1
