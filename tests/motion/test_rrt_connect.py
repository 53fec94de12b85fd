"""The search round obstacles, on a map of two dimensions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from policy_nodes.motion.rrt_connect import rrt_connect, shorten

LOW, HIGH = np.array([-3.0, -3.0]), np.array([3.0, 3.0])
START, GOAL = np.array([-2.0, 0.0]), np.array([2.0, 0.0])


def walled(gap):
    """A wall at x = 0 with a gap at y above 2, or none."""

    def free(one, two):
        for share in np.linspace(0.0, 1.0, 20):
            x, y = one + share * (two - one)
            if abs(x) < 0.3 and not (gap and y > 2.0):
                return False
        return True

    return free


@pytest.mark.parametrize('seed', range(5))
def test_a_gap_is_found_and_what_is_left_after_shortening_still_goes_through_it(seed):
    free = walled(gap=True)
    bounds = {'lower': LOW, 'upper': HIGH}
    way = rrt_connect(START, [GOAL], free, seed=seed, tries=3000, **bounds)
    np.testing.assert_array_equal(way[0], START)
    np.testing.assert_array_equal(way[-1], GOAL)
    short = shorten(way, free, seed=seed)
    assert len(short) <= len(way)
    for points in (way, short):
        assert all(free(one, two) for one, two in pairwise(points))
        assert points[:, 1].max() > 2.0
    np.testing.assert_array_equal(short[[0, -1]], [START, GOAL])


def test_any_of_several_goals_will_do():
    behind, here = GOAL, np.array([-2.0, 1.5])
    way = rrt_connect(START, [behind, here], walled(gap=False), lower=LOW, upper=HIGH)
    np.testing.assert_array_equal(way[-1], here)


def test_without_a_gap_the_search_ends_after_its_tries():
    looks = []
    free = walled(gap=False)

    def counted(one, two):
        looks.append(1)
        return free(one, two)

    assert rrt_connect(START, [GOAL], counted, lower=LOW, upper=HIGH, tries=100) is None
    assert len(looks) <= 200


def test_the_same_seed_finds_the_same_way():
    ways = [
        rrt_connect(START, [GOAL], walled(gap=True), lower=LOW, upper=HIGH, seed=4)
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*ways)
