"""Yaw, quaternions and rotations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_nodes.geometry.frames import quaternion_from_yaw, rotate, wrap, yaw_from_quaternion

angles = st.floats(-math.pi + 1e-6, math.pi - 1e-6)


@given(yaw=angles)
def test_a_yaw_survives_its_quaternion(yaw):
    assert yaw_from_quaternion(quaternion_from_yaw(yaw)) == pytest.approx(yaw, abs=1e-9)


def test_a_quarter_turn_left_is_xyzw_about_z():
    np.testing.assert_allclose(
        quaternion_from_yaw(math.pi / 2), [0, 0, math.sqrt(0.5), math.sqrt(0.5)]
    )


def test_yaw_is_read_beside_roll():
    # a roll of 0.3 and then a yaw of 1.0
    roll, yaw = 0.3, 1.0
    quaternion = np.array(
        [
            math.sin(roll / 2) * math.cos(yaw / 2),
            math.sin(roll / 2) * math.sin(yaw / 2),
            math.cos(roll / 2) * math.sin(yaw / 2),
            math.cos(roll / 2) * math.cos(yaw / 2),
        ]
    )
    assert yaw_from_quaternion(quaternion) == pytest.approx(yaw)


def test_vectors_turn_to_the_left():
    turned = rotate(np.array([[1.0, 0.0], [0.0, 2.0]]), math.pi / 2)
    np.testing.assert_allclose(turned, [[0, 1], [-2, 0]], atol=1e-12)


@given(yaw=angles, turns=st.integers(-5, 5))
def test_whole_turns_do_not_count(yaw, turns):
    assert wrap(yaw + 2 * math.pi * turns) == pytest.approx(yaw, abs=1e-9)
    assert -math.pi <= wrap(np.float64(math.pi)) < math.pi
