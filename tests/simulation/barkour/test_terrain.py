"""Ground to learn on is as high as it says, and refuses sizes that make no sense."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.simulation.barkour.course_model import PIT
from policy_nodes.simulation.barkour.terrain import (
    RUN_UP,
    WIDTH,
    flat,
    gaps,
    random_steps,
    slopes,
    stairs,
)
from policy_nodes.simulation.barkour.world import BarkourWorld


def profile(terrain, along, left=0.0):
    """Height of the ground at distances along the way [m]."""
    world = BarkourWorld(terrain, seed=1)
    points = np.stack([along, np.full(len(along), left)], axis=1)
    return world._rays.ground(points, 5.0)


@pytest.mark.parametrize(
    'terrain', [flat(), slopes(0.5), stairs(0.1), random_steps(0.1, 3), gaps(0.3)]
)
def test_every_terrain_begins_even_under_a_robot_that_stands(terrain, handler):
    world = BarkourWorld(terrain, seed=4)
    handler.hold(world, 0.4)
    assert not world.fallen
    assert world.base().position[2] == pytest.approx(0.243, abs=6e-3)
    assert np.allclose(profile(terrain, np.linspace(-0.5, RUN_UP - 0.01, 7)), 0.0, atol=1e-9)


def test_slopes_rise_by_their_angle():
    angle, length = 0.4, 1.5
    base = length * np.cos(angle)
    along = np.array([0.25, 0.5, 0.75, 1.25, 1.75]) * base
    wanted = (base - np.abs(along - base)) * np.tan(angle)
    assert np.allclose(profile(slopes(angle, length), RUN_UP + along), wanted, atol=1e-6)


def test_stairs_go_up_step_by_step_and_down_again():
    up = RUN_UP + 0.3 * np.arange(5) + 0.15
    assert np.allclose(profile(stairs(0.08), up), 0.08 * np.arange(1, 6))
    down = RUN_UP + 3.0 + 0.3 * np.arange(5) + 0.15
    assert np.allclose(profile(stairs(0.08), down), 0.08 * np.arange(5, 0, -1))


def test_random_steps_are_below_their_height_and_depend_on_the_seed():
    along = RUN_UP + 0.4 * np.arange(15) + 0.2
    first, again, other = (
        profile(random_steps(0.12, seed), along, left=0.2) for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).all()
    assert 0.0 < first.min() < first.max() <= 0.12


def test_gaps_are_as_wide_as_they_say_and_as_deep_as_the_pit():
    along = np.arange(-1.0, 9.0, 0.005) + 0.0025
    heights = profile(gaps(0.35, count=2), along)
    assert set(np.round(heights, 6)) == {0.0, -PIT}
    depth = heights < -0.1
    first = along[depth & (along < RUN_UP + 1.0)]
    assert np.ptp(first) + 0.005 == pytest.approx(0.35, abs=0.006)
    beside = profile(gaps(0.35), np.array([0.0]), left=0.5 * WIDTH + 0.1)
    assert beside[0] == pytest.approx(-PIT)


@pytest.mark.parametrize(
    ('make', 'words'),
    [
        (lambda: slopes(1.2), 'angle is 1.2; it has to be from 0.0 to 0.7'),
        (lambda: stairs(0.0), 'rise is 0.0'),
        (lambda: stairs(0.1, steps=0), 'steps is 0'),
        (lambda: random_steps(0.1, 0, length=100.0), 'length is 100.0'),
        (lambda: gaps(float('nan')), 'width is nan'),
    ],
)
def test_sizes_that_make_no_sense_are_refused_by_name(make, words):
    with pytest.raises(ValueError, match=words):
        make()
