"""The simulated legs stand up, carry, sag, sway, sink, are tilted, lifted, pushed and blocked."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.safety.legged_attitude import lean
from policy_nodes.simulation.joints.leg_plant import GRAVITY, LegPlant

DT = 0.002
NAMES = tuple(f'joint_{i}' for i in range(12))
STAND = np.tile([0.0, 0.7, 1.4], 4)
SIT = np.tile([0.0, 0.15, 0.3], 4)
ALL = np.ones(12)
MASS = 11.5


def legs(position=SIT, **changes):
    values = {
        'lower': [-1.0, -1.2, 0.0] * 4,
        'upper': [1.0, 2.4, 2.5] * 4,
        'max_torque': [18.0] * 12,
        'hip_x': [0.19, -0.19, 0.19, -0.19],
        'hip_y': [0.145, 0.145, -0.145, -0.145],
        'thigh': 0.22,
        'shank': 0.19,
        'mass': MASS,
    }
    return LegPlant(NAMES, position, **(values | changes))


def run(plant, seconds):
    for _ in range(round(seconds / DT)):
        plant.step(DT)


@pytest.fixture
def standing():
    plant = legs(STAND)
    plant.command(STAND, 35.0 * ALL, 0.65 * ALL)
    run(plant, 2.0)
    return plant


def rests(plant):
    return np.abs(plant.velocity).max() < 0.01 and np.abs(plant.angular_velocity).max() < 0.01


def test_without_a_command_it_lies_on_its_belly_and_the_imu_measures_gravity():
    plant = legs()
    run(plant, 2.0)
    assert plant.height == pytest.approx(plant.belly, abs=0.01)
    assert not plant.effort.any()
    assert rests(plant)
    np.testing.assert_allclose(plant.specific_force, [0.0, 0.0, GRAVITY], atol=0.01)


def test_it_stands_up_by_stiffness_and_the_feet_carry_its_weight():
    plant = legs()
    for step in range(100):
        share = step / 99
        plant.command(SIT + share * (STAND - SIT), 35.0 * ALL, 0.65 * ALL)
        run(plant, 0.02)
    run(plant, 1.0)
    assert rests(plant)
    assert plant.touching.all()
    assert plant.force.sum() == pytest.approx(MASS * GRAVITY, rel=0.01)
    # knees give way under the weight, by torque over stiffness
    sag = STAND - plant.position
    assert 0.05 < sag[2] < 0.2
    np.testing.assert_allclose(plant.effort, 35.0 * sag, atol=0.05)


def test_damping_lets_it_sink_slowly_and_rest(standing):
    high = standing.height
    standing.command(STAND, 0.0 * ALL, 2.0 * ALL)
    speeds = []
    for _ in range(1500):
        standing.step(DT)
        speeds.append(np.abs(standing.velocity).max())
    assert standing.height < 0.4 * high
    assert max(speeds) < 5.0
    assert rests(standing)


def test_no_command_keeps_a_robot_up_without_stiffness():
    plant = legs(STAND)
    run(plant, 2.0)
    assert plant.height < 0.1


def test_torque_never_exceeds_that_of_the_drives(standing):
    standing.command(STAND + 2.0, 500.0 * ALL, 1.0 * ALL)
    run(standing, 0.1)
    assert np.abs(standing.effort).max() == 18.0


def test_a_push_rocks_it_and_it_comes_to_rest_again(standing):
    standing.push(1.0, 0.0, 0.0)
    angles = []
    for _ in range(1000):
        standing.step(DT)
        angles.append(standing.attitude[0])
    assert 0.01 < max(angles) < 0.3
    assert rests(standing)
    assert abs(angles[-1]) < 1e-3


@pytest.mark.parametrize(('roll', 'pitch'), [(1.1, 0.0), (-0.4, 0.3), (0.0, -0.9)])
def test_a_tilted_ground_tilts_the_body_as_the_imu_says(standing, roll, pitch):
    standing.tilt(roll, pitch)
    run(standing, 1.5)
    found = lean(standing.quaternion)
    assert found[0] == pytest.approx(roll, abs=0.02)
    assert found[1] == pytest.approx(pitch, abs=0.02)
    force = standing.specific_force
    assert np.linalg.norm(force) == pytest.approx(GRAVITY, rel=0.01)
    tilt = np.arccos(force[2] / np.linalg.norm(force))
    assert tilt == pytest.approx(found[2], abs=0.02)


def test_a_lifted_robot_has_no_foot_on_the_ground_and_comes_down_again(standing):
    standing.lift(0.4)
    run(standing, 1.0)
    assert standing.height == pytest.approx(0.4, abs=1e-3)
    assert not standing.touching.any()
    standing.lift(0.0)
    run(standing, 2.0)
    assert standing.touching.all()


def test_a_body_in_free_fall_feels_no_weight(standing):
    standing.lift(0.8)
    run(standing, 2.0)
    standing.lift(0.0)
    run(standing, 0.1)
    assert np.abs(standing.specific_force).max() < 0.01


def test_a_blocked_joint_stays_however_the_drive_pulls(standing):
    standing.block(['joint_2'])
    held = standing.position[2]
    standing.command(STAND + 0.3, 35.0 * ALL, 0.65 * ALL)
    run(standing, 1.0)
    assert standing.position[2] == held
    assert standing.effort[2] > 10.0
    assert standing.position[5] > held + 0.1


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        ({'lower': [0.0]}, 'lower has 1 values for 12 joints'),
        ({'hip_x': [0.1] * 3}, 'hip_x has 3 values for 4 joints'),
        ({'mass': 0.0}, 'above zero'),
    ],
)
def test_legs_that_make_no_sense_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        legs(**changes)
