"""Overlap of boxes on the ground, and which of several on one spot is kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.geometry.rotated_boxes import (
    corners,
    keep_best,
    overlap_area,
    overlap_over_union,
)

numbers = st.floats(-3.0, 3.0)
sides = st.floats(0.1, 4.0)
boxes = st.tuples(numbers, numbers, sides, sides, st.floats(-7.0, 7.0))


def rows(*each):
    return np.array(each, float)


def area_of(one, other):
    return overlap_area(rows(one), rows(other))[0]


@pytest.mark.parametrize(
    ('one', 'other', 'area'),
    [
        ((0, 0, 2, 1, 0), (0, 0, 2, 1, 0), 2.0),
        ((0, 0, 2, 1, 0), (0, 0, 2, 1, np.pi), 2.0),
        ((0, 0, 2, 1, 0), (0, 0, 2, 1, np.pi / 2), 1.0),
        ((0, 0, 2, 2, 0), (1, 1, 2, 2, 0), 1.0),
        ((0, 0, 2, 2, 0), (2, 0, 2, 2, 0), 0.0),  # side by side
        ((0, 0, 2, 2, 0), (9, 0, 2, 2, 1), 0.0),
        ((0, 0, 4, 4, 0.3), (0.2, 0.1, 1, 1, 1.2), 1.0),  # one within the other
        ((0, 0, 2, 2, 0), (0, 0, 2, 2, np.pi / 4), 8 * (np.sqrt(2) - 1)),  # an octagon
    ],
)
def test_known_overlaps(one, other, area):
    assert area_of(one, other) == pytest.approx(area, abs=1e-9)


def test_a_corner_lies_ahead_to_the_left_first():
    np.testing.assert_allclose(corners(rows((1, 2, 4, 2, np.pi / 2)))[0, 0], (0, 4), atol=1e-12)


@given(boxes, boxes)
@settings(max_examples=150, deadline=None)
def test_overlap_is_the_same_both_ways_and_no_larger_than_either(one, other):
    there, back = area_of(one, other), area_of(other, one)
    assert there == pytest.approx(back, abs=1e-6)
    assert -1e-9 <= there <= min(one[2] * one[3], other[2] * other[3]) + 1e-6
    assert 0 <= overlap_over_union(rows(one), rows(other))[0] <= 1 + 1e-6


@given(boxes, boxes)
@settings(max_examples=25, deadline=None)
def test_overlap_is_what_counting_points_gives(one, other):
    generator = np.random.default_rng(1)
    points = generator.uniform(-0.5, 0.5, (40_000, 2)) * one[2:4]
    cos, sin = np.cos(one[4]), np.sin(one[4])
    points = points @ np.array(((cos, sin), (-sin, cos))) + one[:2]
    cos, sin = np.cos(other[4]), np.sin(other[4])
    local = (points - other[:2]) @ np.array(((cos, -sin), (sin, cos)))
    share = (np.abs(local) <= np.array(other[2:4]) / 2).all(1).mean()
    whole = one[2] * one[3]
    assert area_of(one, other) == pytest.approx(share * whole, abs=0.015 * whole + 1e-3)


def test_the_best_of_overlapping_boxes_is_kept():
    found = rows(
        (0, 0, 1, 1, 0), (0.1, 0, 1, 1, 0.1), (5, 0, 1, 1, 0), (0.2, 0, 1, 1, 0), (0.9, 0, 1, 1, 0)
    )
    kept = keep_best(found, np.array((0.5, 0.9, 0.3, 0.6, 0.4)), 0.5)
    assert kept.tolist() == [1, 4, 2]


def test_a_box_that_was_left_out_leaves_none_out():
    found = rows((0, 0, 2, 1, 0), (0.9, 0, 2, 1, 0), (1.8, 0, 2, 1, 0))
    assert keep_best(found, np.array((0.9, 0.8, 0.7)), 0.3).tolist() == [0, 2]


def test_of_no_boxes_none_is_kept():
    assert len(keep_best(np.zeros((0, 5)), np.zeros(0), 0.5)) == 0
