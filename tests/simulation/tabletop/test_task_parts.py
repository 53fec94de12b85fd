"""Latches, places and poses that tasks are made of."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from policy_nodes.simulation.tabletop.objects.workspace import ARM_BASE, FARTHEST, NEAREST
from policy_nodes.simulation.tabletop.tasks.latches import Latches
from policy_nodes.simulation.tabletop.tasks.placement import AREA, Placement
from policy_nodes.simulation.tabletop.tasks.poses import at, downwards, level, nearest_yaw


def test_latches_stay_met():
    latches = Latches(('a', 'b'))
    latches.see(b=True)
    latches.see(a=True, b=False)
    assert latches.all
    assert latches['b']


def test_ordered_latches_count_only_after_those_before_them():
    latches = Latches(('a', 'b', 'c'), ordered=True)
    latches.see(b=True, c=True)
    assert not latches['b']
    latches.see(a=True)
    latches.see(c=True)
    assert (latches['a'], latches['b'], latches['c']) == (True, False, False)
    latches.see(b=True, c=True)
    assert latches.all


def test_a_condition_of_another_row_is_refused():
    with pytest.raises(ValueError, match="no condition 'd'; there are a, b"):
        Latches(('a', 'b')).see(d=True)


def test_places_keep_clear_of_one_another_and_within_reach():
    for seed in range(50):
        placement = Placement(np.random.default_rng(seed))
        placement.keep(np.array([0.25, 0.0]), 0.1)
        places = np.array([[0.25, 0.0], *(placement.spot(0.06) for _ in range(6))])
        radii = np.array([0.1] + [0.06] * 6)
        apart = np.linalg.norm(places[:, None] - places, axis=-1) + 10 * np.eye(7)
        assert (apart >= radii[:, None] + radii).all()
        (left, right), (near, far) = AREA
        drawn = places[1:]
        assert ((drawn >= (left, near)) & (drawn <= (right, far))).all()
        away = np.linalg.norm(drawn - ARM_BASE, axis=1)
        assert ((away >= NEAREST) & (away <= FARTHEST)).all()


def test_a_full_table_is_said_so():
    placement = Placement(np.random.default_rng(0))
    placement.keep(np.array([0.25, 0.0]), 1.0)
    with pytest.raises(RuntimeError, match=r'no place for a circle of 0\.1 m .* 1 circles'):
        placement.spot(0.1)


@pytest.mark.parametrize('yaw', [-1.0, 0.0, 0.7])
def test_fingers_point_down_or_along_and_close_across(yaw):
    down = Rotation.from_quat(downwards(yaw)).as_matrix()
    assert np.allclose(down[:, 2], (0.0, 0.0, -1.0))
    assert np.allclose(down[:, 0], (np.cos(yaw), np.sin(yaw), 0.0))
    along = Rotation.from_quat(level(yaw)).as_matrix()
    assert np.allclose(along[:, 2], (np.cos(yaw), np.sin(yaw), 0.0))
    # the fingers close along y, sideways
    assert np.isclose(along[2, 1], 0.0)
    assert np.allclose(along[:, 0], (0.0, 0.0, -1.0))


def test_yaws_are_brought_where_the_fingers_hold_the_same_way():
    for yaw in np.linspace(-7.0, 7.0, 29):
        near = nearest_yaw(yaw, np.pi / 2)
        assert abs(near) <= np.pi / 4 + 1e-9
        quarters = (yaw - near) / (np.pi / 2)
        assert np.isclose(quarters, round(quarters))


def test_a_point_turns_with_its_object():
    assert np.allclose(at(np.array([1.0, 2.0, 9.0]), np.pi / 2, (0.5, 0.0)), (1.0, 2.5))
