"""The exercises of arm and legs: smooth, continuing, and anew where they have to be."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.policies.body_sway import BodySway
from policy_nodes.policies.joint_waves import JointWaves

NANO = 1_000_000_000
HOME = np.array([0.0, -0.8, 1.5])
STAND = np.tile([0.0, 0.7, 1.4], 4)


def waves(**changes):
    values = {'amplitude': [0.4, 0.2, 0.3], 'period': [8.0, 7.0, 9.0]}
    return JointWaves(HOME, **(values | changes))


def rows_of(policy, start, seconds, interval=0.2):
    """What an arm does that follows perfectly: (rows, n), one a row time."""
    seen, at, place = [], 0, start
    keep = round(interval / policy.dt)
    while at < seconds * NANO:
        rows = policy.act(at, place)
        seen += list(rows[:keep])
        place = rows[keep]
        at += round(keep * policy.dt * NANO)
    return np.array(seen)


def test_the_first_row_is_where_the_arm_is_and_begins_at_rest():
    start = HOME + 0.5
    rows = waves().act(NANO, start)
    assert rows.shape == (25, 3)
    np.testing.assert_array_equal(rows[0], start)
    assert np.abs(rows[1] - rows[0]).max() < 1e-3


def test_proposals_of_an_arm_that_follows_continue_one_another():
    policy = waves()
    seen = rows_of(policy, HOME + 0.5, 30.0)
    speed = np.diff(seen, axis=0) / policy.dt
    assert np.abs(speed).max() < 0.8
    assert np.abs(np.diff(speed, axis=0)).max() / policy.dt < 1.0
    # after the way there it waves about the pose, by its amplitude
    late = seen[len(seen) // 3 :]
    assert np.abs(late - HOME).max() <= 0.4 + 1e-9
    assert (np.ptp(late, axis=0) > 1.5 * policy.amplitude).all()


def test_an_arm_that_is_elsewhere_makes_the_waves_begin_anew_where_it_is():
    policy = waves()
    rows_of(policy, HOME, 5.0)
    place = HOME + 0.3
    rows = policy.act(20 * NANO, place)
    np.testing.assert_array_equal(rows[0], place)


def test_to_stay_is_one_place_in_all_rows_and_forgets_the_waves():
    policy = waves()
    rows_of(policy, HOME, 5.0)
    rows = policy.stay(HOME + 0.1)
    assert np.ptp(rows, axis=0).max() == 0.0
    np.testing.assert_array_equal(policy.act(6 * NANO, HOME + 0.1)[0], HOME + 0.1)


@pytest.mark.parametrize(
    'changes', [{'period': [1.0]}, {'period': [1.0, 0.0, 1.0]}, {'rows': 0}, {'speed': 0.0}]
)
def test_waves_that_make_no_sense_are_refused(changes):
    with pytest.raises(ValueError, match='have to be'):
        waves(**changes)


def test_legs_that_do_not_stand_yet_are_asked_to_stand():
    sway = BodySway(STAND)
    lying = np.tile([0.0, 0.15, 0.3], 4)
    for tick in range(100):
        np.testing.assert_array_equal(sway.act(tick * NANO // 50, lying), STAND)


def test_legs_that_stand_sway_smoothly_and_stay_near_the_pose():
    sway = BodySway(STAND)
    seen = np.array([sway.act(tick * NANO // 50, STAND) for tick in range(1000)])
    np.testing.assert_array_equal(seen[0], STAND)
    off = np.abs(seen - STAND)
    assert 0.1 < off.max() <= 2 * (0.08 + 0.05 + 0.05)
    assert (np.ptp(seen[:, 1::3], axis=0) > 0.1).all()
    assert np.abs(np.diff(seen, axis=0)).max() * 50 < 0.6


def test_after_a_reset_swaying_begins_gently_again():
    sway = BodySway(STAND)
    for tick in range(300):
        sway.act(tick * NANO // 50, STAND)
    sway.reset()
    np.testing.assert_array_equal(sway.act(301 * NANO // 50, STAND), STAND)
