"""The shipped arm and legs do their exercise without being held, and are stopped by faults."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from shipped import ArmLoop, LegLoop

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_motion import LegMode


@pytest.fixture
def arm():
    loop = ArmLoop()
    loop.run(0.5)
    loop.permit()
    return loop


@pytest.fixture
def legs():
    loop = LegLoop()
    loop.run(0.5)
    loop.permit()
    loop.until(lambda: loop.core.mode is LegMode.FOLLOW)
    return loop


def test_the_arm_waves_and_nothing_has_to_hold_it(arm):
    seen = []
    arm.until(lambda: arm.decision.level is Level.NORMAL)
    arm.reasons.clear()
    arm.on_tick = lambda: seen.append(arm.plant.position)
    arm.run(20.0)
    assert (np.ptp(seen, axis=0) > arm.waves.amplitude).all()
    assert set(arm.reasons) <= {'jerk_limit'}, arm.reasons
    assert arm.levels[Level.NORMAL] > 0.99 * 20.0 / 0.005


def test_s10_an_arm_whose_joint_is_blocked_is_stopped_for_its_tracking_error(arm):
    arm.run(3.0)
    arm.plant.block(['panda_joint1'])
    arm.until(lambda: arm.core.latch.latched, 5.0)
    assert arm.decision.reasons[0] == 'tracking_error'
    arm.until(lambda: arm.stopped, 2.0)


def test_s17_an_arm_moved_by_hand_goes_on_from_there_without_a_jump(arm):
    arm.run(3.0)
    arm.core.take_stop_signal('e_stop', True, *arm.now)
    arm.until(lambda: arm.stopped)
    arm.plant.guide(np.array([0.2, 0.1, -0.1, 0.1, 0.2, 0.0, 0.3]))
    arm.run(1.0)
    left = arm.plant.position
    assert arm.stopped
    arm.core.take_stop_signal('e_stop', False, *arm.now)
    speeds = []
    arm.on_tick = lambda: speeds.append(np.abs(arm.plant.velocity).max())
    arm.permit()
    arm.run(0.1)
    np.testing.assert_allclose(arm.plant.position, left, atol=0.01)
    arm.run(5.0)
    assert 0.05 < max(speeds) < 0.8
    assert np.abs(arm.plant.position - left).max() > 0.1


def test_the_legs_stand_up_sway_and_nothing_has_to_hold_them(legs):
    heights, rolls = [], []
    legs.reasons.clear()
    legs.on_tick = lambda: (
        heights.append(legs.plant.height),
        rolls.append(legs.plant.attitude[0]),
    )
    legs.run(20.0)
    assert 0.15 < min(heights) < max(heights) < 0.35
    assert np.ptp(heights) > 0.01
    assert np.ptp(rolls) > 0.01
    assert not legs.reasons, legs.reasons


@pytest.mark.parametrize(
    ('roll', 'pitch', 'reason'), [(1.2, 0.0, 'leg_fallen'), (0.0, 0.9, 'leg_tilt')]
)
def test_s14_legs_on_a_ground_that_tilts_sit_down_and_those_that_fall_damp(
    legs, roll, pitch, reason
):
    legs.plant.tilt(roll, pitch)
    legs.until(lambda: legs.core.mode is LegMode.SIT_DOWN, 3.0)
    assert 'leg_tilt' in legs.decision.reasons
    took = legs.until(lambda: legs.stopped)
    assert reason in legs.reasons
    # who falls damps at once; who leans has the time to sit down
    assert (took < 1.0) == (reason == 'leg_fallen')
    assert not legs.decision.command.kp.any()
    assert (legs.decision.command.kd > 0).all()
    legs.run(1.0)
    assert legs.plant.height < 0.1


def test_s14_a_sit_down_that_a_blocked_leg_hinders_is_given_up(legs):
    knee = legs.plant.names[2]
    legs.plant.block([knee])
    legs.core.take_stop_signal('e_stop', True, *legs.now)
    legs.until(lambda: legs.stopped)
    assert 'leg_torque' in legs.reasons
    assert not legs.decision.command.kp.any()
    assert abs(legs.plant.effort[2]) < 1.0


def test_after_a_stop_legs_stand_up_again_only_after_a_reset(legs):
    legs.core.take_stop_signal('e_stop', True, *legs.now)
    legs.until(lambda: legs.stopped)
    legs.core.take_stop_signal('e_stop', False, *legs.now)
    legs.run(2.0)
    assert legs.stopped
    assert legs.plant.height < 0.1
    legs.permit()
    legs.until(lambda: legs.core.mode is LegMode.FOLLOW)
    assert legs.plant.height > 0.2
