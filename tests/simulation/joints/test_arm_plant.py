"""The simulated arm follows, lags, is limited, blocked and moved by hand."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.simulation.joints.arm_plant import ArmPlant

DT = 0.001
NAMES = ('a', 'b')


def arm(**changes):
    values = {
        'lower': [-2.0, -2.0],
        'upper': [2.0, 2.0],
        'inertia': [1.0, 1.0],
        'max_torque': [50.0, 50.0],
    }
    return ArmPlant(NAMES, [0.0, 0.5], **(values | changes))


def run(plant, seconds):
    for _ in range(round(seconds / DT)):
        plant.step(DT)


def follow(plant, positions, period=0.005):
    """Give points one after another; returns where the joints were at the end of each."""
    seen = []
    for position in positions:
        plant.command(np.array(position), period)
        run(plant, period)
        seen.append(plant.position)
    return np.array(seen)


def ramp(speed, seconds, start=(0.0, 0.5)):
    times = np.arange(0.005, seconds, 0.005)
    return np.array(start) + speed * times[:, None] * np.array([1.0, 0.0])


def test_without_a_command_it_stays():
    plant = arm()
    run(plant, 0.5)
    assert plant.position.tolist() == [0.0, 0.5]
    assert not plant.velocity.any()


def test_it_follows_a_ramp_with_a_lag_that_is_small_and_comes_to_rest_at_its_end():
    plant = arm()
    wanted = ramp(0.8, 1.0)
    seen = follow(plant, wanted)
    lag = np.abs(seen - wanted).max()
    assert 0.0 < lag < 0.03
    run(plant, 0.5)
    np.testing.assert_allclose(plant.position, wanted[-1], atol=1e-4)
    assert np.abs(plant.velocity).max() < 1e-3


def test_a_jump_of_the_command_asks_for_no_more_than_the_torque_that_there_is():
    plant = arm(max_torque=[5.0, 5.0])
    plant.command(np.array([1.0, 0.5]), 0.0)
    efforts, speeds = [], [plant.velocity[0]]
    for _ in range(300):
        plant.step(DT)
        efforts.append(abs(plant.effort[0]))
        speeds.append(plant.velocity[0])
    assert max(efforts) == 5.0
    assert np.abs(np.diff(speeds)).max() <= 5.0 * DT + 1e-9


def test_a_blocked_joint_stays_and_pulls_while_the_others_go_on():
    plant = arm()
    plant.block(['a'])
    plant.command(np.array([0.5, 1.0]), 0.5)
    run(plant, 1.0)
    assert plant.position[0] == 0.0
    assert plant.effort[0] == 50.0
    assert plant.position[1] == pytest.approx(1.0, abs=1e-3)
    plant.block([])
    run(plant, 1.0)
    assert plant.position[0] == pytest.approx(0.5, abs=1e-3)


def test_it_never_leaves_its_mechanical_stops():
    plant = arm()
    seen = follow(plant, ramp(4.0, 1.0))
    assert seen[:, 0].max() == 2.0
    assert plant.velocity[0] == 0.0


def test_moved_by_hand_it_stays_there_until_a_command_is_news():
    plant = arm()
    plant.command(np.array([0.2, 0.5]), 0.1)
    run(plant, 1.0)
    plant.guide(np.array([0.3, -0.1]))
    run(plant, 0.1)
    assert np.abs(plant.velocity).max() <= 1.0
    plant.command(np.array([0.2, 0.5]), 0.005)
    run(plant, 1.0)
    np.testing.assert_allclose(plant.position, [0.5, 0.4], atol=1e-4)
    plant.command(np.array([0.5, 0.4]), 0.005)
    run(plant, 0.2)
    np.testing.assert_allclose(plant.position, [0.5, 0.4], atol=1e-4)
    # news that lies far off is followed: a controller that resumes there makes the arm jump
    plant.command(np.array([0.2, 0.5]), 0.005)
    run(plant, 1.0)
    np.testing.assert_allclose(plant.position, [0.2, 0.5], atol=1e-3)


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        ({'lower': [-1.0]}, 'lower has 1 values for 2 joints'),
        ({'upper': [2.0, float('nan')]}, 'upper holds a value that is not finite'),
        ({'inertia': [0.0, 1.0]}, 'above zero'),
        ({'lower': [0.1, -2.0]}, 'beyond the mechanical stops'),
    ],
)
def test_an_arm_that_makes_no_sense_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        arm(**changes)


def test_an_unknown_joint_cannot_be_blocked():
    with pytest.raises(ValueError, match="no joint 'c'; known: a, b"):
        arm().block(['c'])
