"""HEIGHT's inputs against closed forms: frames, order, fillers."""

from __future__ import annotations

import math

import pytest
import torch
from navigation_views import a_view, random_view

from policy_nodes.policies.height_observation import EMPTY, observe, to_robot_frame

TURNS = [0.0, 0.3, math.pi / 2, -2.0, math.pi]


@pytest.mark.parametrize('yaw', TURNS)
def test_what_lies_ahead_is_plus_y_and_what_lies_right_is_plus_x(yaw):
    ahead = [math.cos(yaw), math.sin(yaw)]
    right = [math.sin(yaw), -math.cos(yaw)]
    turned = to_robot_frame(torch.tensor([[ahead, right]]), torch.tensor([yaw]))
    expected = torch.tensor([[[0.0, 1.0], [1.0, 0.0]]])
    torch.testing.assert_close(turned, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize('yaw', TURNS)
def test_positions_are_relative_and_velocities_absolute_but_both_turned(yaw):
    c, s = math.cos(yaw), math.sin(yaw)
    # two metres ahead, walking left at 0.4 m/s, while the robot itself moves
    person = (1.0 + 2 * c, -3.0 + 2 * s)
    view = a_view(poses=[(1.0, -3.0, yaw)], people=[person], velocities=[(-0.4 * s, 0.4 * c)])
    seen = observe(view, 11, 4).spatial_edges[0]
    expected = torch.tensor([0.0, 2.0, -0.4, 0.0])
    torch.testing.assert_close(seen[0], expected, rtol=0, atol=1e-5)
    assert (seen[1:] == EMPTY).all()


def test_indoors_positions_stay_along_the_axes_of_the_world():
    view = a_view(poses=[(1.0, 1.0, 1.234)], people=[(3.0, 0.5)], velocities=[(9.0, 9.0)])
    seen = observe(view, 6, 2).spatial_edges
    assert seen.shape == (1, 6, 2)
    assert seen[0, 0].tolist() == [2.0, -0.5]


def test_the_robots_own_numbers_are_the_absolute_pose_and_goal():
    view = a_view(poses=[(1.0, 2.0, 0.5)], goals=[(3.0, 4.0)])
    assert observe(view, 11, 4).robot_node.tolist() == [[1.0, 2.0, 3.0, 4.0, 0.5]]


def test_people_come_nearest_first_and_the_farthest_fall_out():
    spots = [(4.0, 0.0), (1.0, 0.0), (3.0, 0.0), (2.0, 0.0)]
    seen = observe(a_view(people=spots), 3, 2)
    assert seen.spatial_edges[0, :, 0].tolist() == [1.0, 2.0, 3.0]
    assert seen.detected_human_num.tolist() == [[3.0]]


def test_people_at_the_same_distance_keep_their_order():
    spots = [(0.0, 2.0), (2.0, 0.0), (-2.0, 0.0)]
    seen = observe(a_view(people=spots), 5, 2)
    assert seen.spatial_edges[0, :3].tolist() == [[0.0, 2.0], [2.0, 0.0], [-2.0, 0.0]]


def test_people_out_of_view_take_no_slot():
    spots = [(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]
    seen = observe(a_view(people=spots, visible=[False, True, True]), 11, 4)
    assert seen.detected_human_num.tolist() == [[2.0]]
    assert (seen.spatial_edges[0, :, 1] == EMPTY).sum() == 9


@pytest.mark.parametrize('people', [(), ((1.0, 1.0),)])
def test_nobody_in_view_counts_as_one_dummy(people):
    view = a_view(people=people, visible=[False] * len(people))
    seen = observe(view, 11, 4)
    assert seen.detected_human_num.tolist() == [[1.0]]
    assert (seen.spatial_edges == EMPTY).all()


def test_rows_are_built_independently():
    view = random_view(rows=6)
    together = observe(view, 4, 4)
    for row in range(6):
        alone = type(view)(**{name: getattr(view, name)[[row]] for name in vars(view)})
        for mine, theirs in zip(observe(alone, 4, 4), together, strict=True):
            torch.testing.assert_close(mine, theirs[[row]], rtol=0, atol=1e-6)


def test_ranges_are_handed_on_as_they_are():
    ranges = torch.arange(180.0)[None]
    assert torch.equal(observe(a_view(ranges=ranges), 11, 4).point_clouds, ranges)
