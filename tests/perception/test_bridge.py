"""Guesses at what lies behind."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.perception.bridge import bridge

INSIDE = st.floats(-3.0, 3.0)


def with_gap(ranges, first, width):
    """Ranges with NaN in some directions, and which ones."""
    gap = np.remainder(first + np.arange(width), 180)
    holed = ranges.copy()
    holed[gap] = np.nan
    return holed, gap


def wall_of(pose, directions):
    """Which wall of the room (-2, -1, 1, 2) is met in some directions."""
    angles = directions * math.pi / 90 + pose[2]
    ux, uy = np.cos(angles), np.sin(angles)
    with np.errstate(divide='ignore', over='ignore'):
        to_x = (np.copysign(4.0, ux) - pose[0]) / ux
        to_y = (np.copysign(4.0, uy) - pose[1]) / uy
    return np.where(to_x < to_y, np.copysign(1, ux), np.copysign(2, uy))


@settings(max_examples=300, deadline=None)
@given(INSIDE, INSIDE, st.floats(-3, 3), st.integers(0, 179), st.integers(1, 60))
def test_a_gap_within_one_wall_is_filled_exactly(samples, x, y, yaw, first, width):
    pose = (x, y, yaw)
    around = np.arange(first - 2, first + width + 2)
    truth = samples.truth(pose)
    beside = truth[around % 180]
    steep = np.abs(np.diff(beside)) > 0.1 * np.minimum(beside[:-1], beside[1:])
    if len(set(wall_of(pose, around))) > 1 or steep.any():
        return
    holed, gap = with_gap(truth, first, width)
    assert bridge(holed)[gap] == pytest.approx(truth[gap], rel=1e-6)


@pytest.mark.parametrize('width', [1, 8, 15])
def test_a_gap_around_a_corner_is_filled_exactly(samples, width):
    truth = samples.truth((0.5, 0.5, math.radians(45.0)))
    holed, gap = with_gap(truth, -(width // 2), width)
    assert bridge(holed)[gap] == pytest.approx(truth[gap], rel=1e-6)


@pytest.mark.parametrize('object_first', [True, False])
def test_behind_the_edge_of_an_object_the_far_wall_goes_on(object_first):
    # a wall 6 m ahead and an object 2 m ahead that covers one half of it
    angles = np.arange(-20, 21) * math.pi / 90
    wall, thing = 6.0 / np.cos(angles), 2.0 / np.cos(angles)
    on_thing = angles < 0 if object_first else angles > 0
    ranges = np.full(180, 25.0)
    ranges[np.arange(-20, 21)] = np.where(on_thing, thing, wall)
    holed, gap = with_gap(ranges, -5, 11)
    assert bridge(holed)[gap] == pytest.approx(wall[15:26], rel=1e-6)


def test_a_surface_that_is_never_met_does_not_hide_the_one_that_is():
    # along a wall on the left, 1 m away; nothing in reach on the right
    ranges = np.full(180, 25.0)
    beside = np.arange(20, 90)
    ranges[beside] = np.minimum(1.0 / np.sin(beside * math.pi / 90), 25.0)
    holed, gap = with_gap(ranges, 150, 60)
    filled = bridge(holed)
    assert np.isfinite(filled).all()
    assert (filled[gap] >= ranges[20] - 1e-9).all()


def test_full_knowledge_is_left_alone_and_no_knowledge_reads_25_m(samples):
    truth = samples.truth()
    assert np.array_equal(bridge(truth), truth)
    assert (bridge(np.full(180, np.nan)) == 25.0).all()


@pytest.mark.parametrize('value', [0.0, 0.05, 3.0, 25.0])
def test_one_known_direction_stands_for_all(value):
    ranges = np.full(180, np.nan)
    ranges[17] = value
    assert (bridge(ranges) == value).all()
