"""No limit of any joint is exceeded, by finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from panda import HOME, LIMITS, NAMES

from policy_nodes.motion.limits import motion_limits
from policy_nodes.motion.trajectory import TimedCurve, Trajectory

H = 5e-4  # [s]

SHARES = st.floats(0.0, 1.0)


def rates(trajectory):
    """Greatest speed, acceleration and jerk of each joint, rest before and after included."""
    times = np.arange(-4 * H, trajectory.duration + 4 * H, H)
    places = trajectory.positions(times)
    return [np.abs(np.diff(places, n=n, axis=0)).max(axis=0) / H**n for n in (1, 2, 3)]


def within(trajectory):
    # differences of differences lose digits: a part in ten thousand, and 1e-15 / H^3
    for rate, limit, noise in zip(
        rates(trajectory),
        (LIMITS.velocity, LIMITS.acceleration, LIMITS.jerk),
        (1e-9, 1e-6, 1e-4),
        strict=True,
    ):
        assert (rate <= limit * 1.0001 + noise).all(), rate / limit


@settings(max_examples=60, deadline=None)
@given(arrays(float, (2, 7), elements=SHARES))
def test_a_way_of_the_joints_keeps_every_limit(shares):
    points = LIMITS.lower + shares * (LIMITS.upper - LIMITS.lower)
    trajectory = Trajectory.through([points], LIMITS)
    within(trajectory)
    ends = trajectory.positions(np.array([0.0, trajectory.duration]))
    np.testing.assert_allclose(ends, points, atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(arrays(float, (6, 7), elements=st.floats(-0.2, 0.2)))
def test_a_bent_way_keeps_every_limit(steps):
    within(Trajectory.through([HOME + np.cumsum(steps, axis=0)], LIMITS))


@settings(max_examples=20, deadline=None)
@given(arrays(float, (4, 7), elements=SHARES))
def test_corners_are_taken_at_rest_and_every_limit_kept(shares):
    points = LIMITS.lower + shares * (LIMITS.upper - LIMITS.lower)
    trajectory = Trajectory.through([points[i : i + 2] for i in range(3)], LIMITS)
    within(trajectory)
    first = Trajectory.through([points[:2]], LIMITS).duration
    np.testing.assert_allclose(trajectory.positions(np.array([first]))[0], points[1], atol=1e-6)


def test_the_slowest_joint_goes_as_fast_as_it_may():
    goal = HOME.copy()
    goal[0] += 2.0
    speed = rates(Trajectory.through([np.array([HOME, goal])], LIMITS))[0]
    assert speed[0] > 0.98 * LIMITS.velocity[0]


def test_a_way_to_where_the_arm_is_takes_no_time():
    trajectory = Trajectory.through([np.array([HOME, HOME])], LIMITS)
    assert trajectory.duration == 0.0
    np.testing.assert_array_equal(trajectory.positions(np.array([-1.0, 0.0, 1.0])), [HOME] * 3)


def test_a_configuration_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match='not finite'):
        TimedCurve(np.array([HOME, HOME * np.nan]), LIMITS)


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        ({'velocity': [1.0]}, 'velocity has 1 numbers for the 7 joints'),
        ({'jerk': [0.0] * 7}, 'jerk has to be above zero'),
        ({'upper': [np.nan] * 7}, 'upper holds a number that is not finite'),
        ({'margin': 3.0}, 'leaves a joint no room'),
    ],
)
def test_senseless_limits_are_refused_by_name(changes, words):
    sound = {name: getattr(LIMITS, name) for name in LIMITS._fields if name != 'names'}
    with pytest.raises(ValueError, match=words):
        motion_limits(NAMES, **(sound | changes))
