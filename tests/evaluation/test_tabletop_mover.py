"""Key poses in one process: the arm gets there, alone and through the safety controller."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.motion_setup import EXECUTION, PLANNER
from policy_nodes.evaluation.tabletop_mover import TabletopMover
from policy_nodes.motion.execution import ExecutionSettings
from policy_nodes.motion.outcome import OutcomeState
from policy_nodes.motion.planner import MotionPlanner
from policy_nodes.motion.refusals import MotionReason
from policy_nodes.nodes.motion_settings import ARM_SETTINGS, EXECUTION_SETTINGS
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld

DOWN = np.array([1.0, 0.0, 0.0, 0.0])
OVER = KeyPose(np.array([0.25, 0.15, 1.0]), DOWN, 0.0, False)


def scene(task='reach_target', seed=3):
    return TabletopWorld(make_task(task), seed=seed)


@pytest.mark.parametrize('safety', [False, True])
def test_the_tip_gets_there_then_the_fingers_and_both_stay(safety):
    world = scene()
    mover = TabletopMover(world, safety=safety)
    outcome = mover.go(OVER)
    assert outcome.state is OutcomeState.REACHED, outcome.refusal
    assert outcome.error.position < 2e-3
    position, quaternion = world.tip()
    np.testing.assert_allclose(position, OVER.position, atol=2e-3)
    assert abs(quaternion @ DOWN) > 1.0 - 1e-4
    assert world.opening() < 0.05
    mover.stay(40)
    np.testing.assert_allclose(world.tip()[0], position, atol=1e-3)
    assert world.opening() < 0.05


@pytest.mark.parametrize('safety', [False, True])
def test_a_whole_task_is_done_by_the_key_poses_of_its_expert(safety):
    world = scene('lift_block')
    mover = TabletopMover(world, safety=safety)
    for waypoint in world.task.waypoints(world):
        assert mover.go(waypoint.pose).state is OutcomeState.REACHED
    mover.stay(10)
    assert world.task.succeeded


def test_the_safety_controller_has_next_to_nothing_to_change_on_the_way():
    ends, times = [], []
    for safety in (False, True):
        world = scene()
        assert TabletopMover(world, safety=safety).go(OVER).state is OutcomeState.REACHED
        ends.append(world.joints())
        times.append(world.time)
    np.testing.assert_allclose(ends[0], ends[1], atol=2e-3)
    assert times[1] < times[0] + 0.2


def test_the_same_episode_comes_again_to_the_last_digit_whatever_came_before():
    ways = []
    for _ in range(2):
        world = scene('push_buttons')
        joints = []
        mover = TabletopMover(
            world, on_period=lambda world=world, joints=joints: joints.append(world.joints())
        )
        for waypoint in world.task.waypoints(world):
            mover.go(waypoint.pose)
        ways.append(np.array(joints))
    np.testing.assert_array_equal(ways[0], ways[1])


def test_a_key_pose_out_of_reach_is_refused_and_the_next_one_taken():
    world = scene()
    mover = TabletopMover(world)
    before = world.joints()
    refused = mover.go(OVER._replace(position=np.array([1.5, 0.0, 1.0])))
    assert refused.state is OutcomeState.REFUSED
    assert refused.refusal.reason is MotionReason.UNREACHABLE
    np.testing.assert_allclose(world.joints(), before, atol=1e-3)
    nonsense = mover.go(OVER._replace(quaternion=np.zeros(4)))
    assert nonsense.refusal.reason is MotionReason.NO_ROTATION
    assert mover.go(OVER).state is OutcomeState.REACHED


def test_what_is_raised_after_a_period_ends_the_motion_there():
    class Enough(Exception):
        pass

    world = scene()

    def look():
        if world.time > 0.495:
            raise Enough

    with pytest.raises(Enough):
        TabletopMover(world, on_period=look).go(OVER)
    assert world.time == pytest.approx(0.5)


def test_an_arm_that_leaves_its_command_is_stopped_and_takes_nothing_more():
    world = scene()
    pushed = []

    def push():
        if world.time > 0.6 and not pushed:
            pushed.append(world.time)
            world.reset()  # as a simulator does: the arm is at home at once

    mover = TabletopMover(world, safety=True, on_period=push)
    outcome = mover.go(OVER._replace(position=np.array([0.25, 0.3, 0.85])))
    assert pushed
    assert outcome.state is OutcomeState.ABORTED
    assert outcome.refusal.reason is MotionReason.STOPPED
    assert 'tracking_error' in outcome.refusal.words
    assert mover.go(OVER).refusal.reason is MotionReason.LATCHED


def test_what_config_leaves_out_is_the_same_for_the_node():
    declared = {each.name: each.default for each in (*ARM_SETTINGS, *EXECUTION_SETTINGS)}
    planner = inspect.signature(MotionPlanner.__init__).parameters
    for name in PLANNER:
        assert declared[name] == planner[name].default
    for name in EXECUTION:
        assert declared[name] == getattr(ExecutionSettings(), name)
