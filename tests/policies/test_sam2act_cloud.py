"""From camera images to the cloud, and from bins to rotations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sam2act_inputs import camera_above

from policy_nodes.contract.errors import ContractError
from policy_nodes.policies.sam2act_cloud import Cloud, SceneBounds, merge_views, place_pixels
from policy_nodes.policies.sam2act_rotation import quaternion_from_euler, rotation_of_bins

BOUNDS = SceneBounds()


def rotated(quaternion, vector):
    axis, w = quaternion[:3], quaternion[3]
    return vector + 2 * np.cross(axis, np.cross(axis, vector) + w * vector)


def test_every_pixel_lies_where_the_camera_sees_it():
    view = camera_above(size=11)
    placed = place_pixels(view).reshape(11, 11, 3)
    np.testing.assert_allclose(placed[5, 5], [0.2, 0.0, 0.752], atol=1e-6)
    np.testing.assert_allclose(placed[..., 2], 0.752, atol=1e-6)
    assert placed[5, 10, 0] > placed[5, 0, 0], 'a column to the right is farther along x'
    assert placed[0, 5, 1] > placed[10, 5, 1], 'an upper row is farther along y'
    homogeneous = np.append(placed[2, 7], 1.0)
    seen = view.intrinsics @ (view.camera_from_world @ homogeneous)[:3]
    np.testing.assert_allclose(seen[:2] / seen[2], [7, 2], atol=1e-4)


@pytest.mark.parametrize('missing', [0.0, np.nan, np.inf, -1.0])
def test_pixels_without_depth_make_no_points(missing):
    view = camera_above()
    view.depth[3:5] = missing
    whole, holed = merge_views([camera_above()], BOUNDS), merge_views([view], BOUNDS)
    assert len(whole.points) == 24 * 24
    assert len(holed.points) == 22 * 24
    assert np.isfinite(holed.points).all()


def test_points_outside_the_bounds_are_cropped_with_their_colours():
    view = camera_above()
    view.depth[:, :12] = 5.0
    cloud = merge_views([view, camera_above(seed=1)], BOUNDS)
    assert len(cloud.points) == len(cloud.colours) == 24 * 12 + 24 * 24
    np.testing.assert_allclose(
        cloud.colours[: 24 * 12], view.rgb[:, 12:].reshape(-1, 3) / 255, atol=1e-6
    )


def test_depth_that_does_not_fit_the_colours_is_refused():
    view = camera_above()
    with pytest.raises(ContractError, match=r'\(24, 24, 3\) has depth of \(12, 24\)'):
        merge_views([view._replace(depth=view.depth[::2])], BOUNDS)


def test_empty_bounds_are_refused():
    with pytest.raises(ContractError, match='are empty'):
        SceneBounds((0.0, 0.0, 0.0), (1.0, 0.0, 1.0))


@settings(deadline=None)
@given(st.lists(st.floats(-1, 2), min_size=3, max_size=3))
def test_the_cube_is_left_as_it_was_entered(point):
    bounds = SceneBounds((-0.2, -0.4, 0.7), (0.8, 0.2, 1.1))
    back = bounds.from_cube(bounds.to_cube(np.array(point)))
    np.testing.assert_allclose(back, point, atol=1e-12)


def test_the_longest_side_of_the_bounds_fills_the_cube():
    bounds = SceneBounds((-0.2, -0.4, 0.7), (0.8, 0.2, 1.1))
    corners = bounds.to_cube(np.array([bounds.low, bounds.high]))
    np.testing.assert_allclose(corners, [[-1, -0.6, -0.4], [1, 0.6, 0.4]], atol=1e-12)


def test_points_on_the_border_are_kept_and_not_a_number_is_not():
    points = np.array([BOUNDS.low, BOUNDS.high, [np.nan, 0, 1], [0, 0, 1.61]], np.float32)
    kept = BOUNDS.crop(Cloud(points, np.zeros((4, 3), np.float32)))
    assert len(kept.points) == 2


@settings(deadline=None)
@given(st.lists(st.floats(-np.pi, np.pi), min_size=3, max_size=3))
def test_angles_turn_about_the_fixed_axes_one_after_the_other(angles):
    vector = np.array([0.3, -0.7, 0.5])
    expected = vector
    for axis, angle in enumerate(angles):
        one = np.zeros(4)
        one[axis], one[3] = np.sin(angle / 2), np.cos(angle / 2)
        expected = rotated(one, expected)
    quaternion = quaternion_from_euler(angles)
    np.testing.assert_allclose(rotated(quaternion, vector), expected, atol=1e-9)
    assert quaternion[3] >= 0


def test_bins_count_from_minus_half_a_turn_in_steps_of_five_degrees():
    np.testing.assert_allclose(rotation_of_bins([36, 36, 36]), [0, 0, 0, 1], atol=1e-12)
    down = rotation_of_bins([0, 36, 36])
    np.testing.assert_allclose(rotated(down, np.array([0, 0, 1.0])), [0, 0, -1], atol=1e-12)
    turned = rotation_of_bins([36, 36, 37])
    np.testing.assert_allclose(2 * np.arcsin(turned[2]), np.deg2rad(5), atol=1e-12)
