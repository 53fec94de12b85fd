"""Ways to key poses, and refusals that say why there is none."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest
from panda import HOME, LIMITS, TABLE, down_at, panda_arm, shipped

from policy_nodes.evaluation.motion_barriers import barriers_of
from policy_nodes.evaluation.motion_setup import boxes
from policy_nodes.motion.collisions import Collisions
from policy_nodes.motion.planner import JOINTS, LINE, ROUND, MotionPlanner, Plan
from policy_nodes.motion.poses import Pose, pose_error
from policy_nodes.motion.refusals import MotionReason
from policy_nodes.motion.scene import box, obstacles_of
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_guard import ArmGuard
from policy_nodes.simulation.tabletop.scene import base_scene

WALL = box('wall', (0.5, 0.0, 0.2), (0.4, 0.02, 0.4))


def places(plan, count=400):
    return plan.trajectory.positions(np.linspace(0.0, plan.trajectory.duration, count))


def ends_at(arm, plan, key_pose):
    error = pose_error(arm.pose(plan.trajectory.goal), Pose(*key_pose[:2]))
    assert error.position < 1e-4
    assert error.rotation < 1e-3


def test_where_nothing_is_in_the_way_the_tip_goes_straight(planner):
    goal = down_at(0.5, 0.2, 0.2)
    plan = planner.plan(HOME, goal)
    assert plan.way == LINE
    ends_at(planner.arm, plan, goal)
    start = planner.arm.pose(HOME).position
    way = (goal.position - start) / np.linalg.norm(goal.position - start)
    for configuration in places(plan):
        off = planner.arm.pose(configuration).position - start
        assert np.linalg.norm(off - way * (off @ way)) < 1e-3
        assert LIMITS.inside(configuration)


def test_the_elbow_does_not_tell_where_the_arm_came_from(planner):
    button = down_at(0.5, 0.0, 0.3)
    ends = []
    for place in ((0.4, 0.3, 0.2), (0.4, -0.3, 0.2), (0.6, 0.1, 0.1)):
        there = planner.plan(HOME, down_at(*place))
        plan = planner.plan(there.trajectory.goal, button)
        assert plan.way == LINE
        ends.append(plan.trajectory.goal)
    np.testing.assert_allclose(ends[1:], [ends[0]] * 2, atol=1e-3)


def test_a_turn_too_large_for_a_line_is_made_by_the_joints(planner):
    goal = down_at(0.45, -0.3, 0.3, yaw=3.0)
    plan = planner.plan(HOME, goal)
    assert isinstance(plan, Plan)
    assert plan.way in (LINE, JOINTS)
    ends_at(planner.arm, plan, goal)


@pytest.fixture(scope='module')
def walled():
    return MotionPlanner(panda_arm([TABLE, WALL]), LIMITS, home=HOME, hand='panda_hand')


@pytest.fixture(scope='module')
def beside_wall(walled):
    """The arm left of the wall."""
    plan = walled.plan(HOME + np.array([0.6, 0, 0, 0, 0, 0, 0]), down_at(0.5, 0.25, 0.1))
    return plan.trajectory.goal


def test_a_wall_is_gone_round_without_touching_it(walled, beside_wall):
    goal = down_at(0.5, -0.25, 0.1)
    plan = walled.plan(beside_wall, goal)
    assert plan.way == ROUND
    ends_at(walled.arm, plan, goal)
    checks = Collisions(panda_arm([TABLE, WALL]), LIMITS, hand='panda_hand', clearance=1e-4)
    for configuration in places(plan):
        assert checks.free(configuration)
        assert LIMITS.inside(configuration)


def test_the_same_question_gets_the_same_way(walled, beside_wall):
    goal = down_at(0.5, -0.25, 0.1)
    one, other = (walled.plan(beside_wall, goal) for _ in range(2))
    np.testing.assert_array_equal(places(one), places(other))


def test_a_key_pose_in_the_wall_is_refused_and_names_what_collides(walled):
    refusal = walled.plan(HOME, down_at(0.5, 0.0, 0.2))
    assert refusal.reason is MotionReason.COLLISION
    assert 'wall' in refusal.words
    assert 'permit contact' in refusal.words


def test_a_press_on_the_table_is_refused_unless_contact_is_wanted(planner):
    press = down_at(0.5, 0.1, 0.005)
    refusal = planner.plan(HOME, press)
    assert refusal.reason is MotionReason.COLLISION
    assert 'table' in refusal.words
    plan = planner.plan(HOME, press._replace(ignore_collisions=True))
    ends_at(planner.arm, plan, press)
    # and from there it comes back without being told that it may touch
    assert isinstance(planner.plan(plan.trajectory.goal, down_at(0.5, 0.1, 0.2)), Plan)


def test_a_pose_out_of_reach_is_refused(planner):
    assert planner.plan(HOME, down_at(1.4, 0.0, 0.2)).reason is MotionReason.UNREACHABLE


def test_when_no_way_is_found_the_refusal_says_how_long_was_tried():
    hasty = MotionPlanner(panda_arm([TABLE, WALL]), LIMITS, home=HOME, hand='panda_hand', tries=2)
    start = hasty.plan(HOME + np.array([0.6, 0, 0, 0, 0, 0, 0]), down_at(0.5, 0.25, 0.1))
    refusal = hasty.plan(start.trajectory.goal, down_at(0.5, -0.25, 0.1))
    assert refusal.reason is MotionReason.NO_WAY
    assert '2 tries' in refusal.words


def test_a_quaternion_of_either_sign_is_the_same_pose(planner):
    goal = down_at(0.5, 0.2, 0.2)
    other = goal._replace(quaternion=-goal.quaternion)
    one, two = planner.plan(HOME, goal), planner.plan(HOME, other)
    np.testing.assert_allclose(one.trajectory.goal, two.trajectory.goal, atol=1e-5)


def test_nothing_is_planned_that_the_safety_controller_would_stop_for():
    barriers = barriers_of('panda')
    guard = ArmGuard(ArmSafetyConfig.from_mapping(shipped('safety_controller')))
    careful = MotionPlanner(
        panda_arm([TABLE]), LIMITS, home=HOME, hand='panda_hand', hinders=barriers
    )
    bold = MotionPlanner(panda_arm([TABLE]), LIMITS, home=HOME, hand='panda_hand')
    random = np.random.default_rng(0)
    start, saved = HOME, 0
    for _ in range(14):
        # near the foot the arm has to fold
        x, y, z = random.uniform((0.1, -0.3, 0.05), (0.3, 0.3, 0.4))
        key_pose = down_at(x, y, z, yaw=random.uniform(-np.pi, np.pi))
        plain, plan = bold.plan(start, key_pose), careful.plan(start, key_pose)
        if isinstance(plain, Plan):
            figures = guard.figures(places(plain, 60))
            saved += any((figures[b.name] < b.stop).any() for b in guard.barriers)
        if isinstance(plan, Plan):
            figures = guard.figures(places(plan, 60))
            assert all((figures[b.name] >= b.stop).all() for b in guard.barriers)
            start = plan.trajectory.goal
    assert saved, 'no plan of these was one that needed care'


def test_an_arm_that_begins_too_near_may_leave():
    barriers = barriers_of('panda')
    low = np.array([0.0, 0.2, 0.0, -2.6, 0.0, 2.85, 0.785])
    lower, higher = low.copy(), low.copy()
    while not barriers(low, lower[None]):
        lower[1] += 0.02
    higher[1] = lower[1] - 0.02
    deeper = lower.copy()
    deeper[1] += 0.02
    assert not barriers(lower, higher[None])
    assert not barriers(lower, lower[None])
    assert 'safety controller stops at' in barriers(lower, deeper[None])


def test_a_robot_without_a_safety_controller_is_refused():
    with pytest.raises(ValueError, match=r'no config/crane/safety_controller\.yaml'):
        barriers_of('crane')


def test_the_shipped_boxes_are_those_of_the_simulated_table_top():
    model = base_scene().compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    given = shipped('motion_executor')
    stand = {found.name: found for found in obstacles_of(model, data, arm='panda_link0')}
    assert set(given['boxes']) == set(stand)
    for found in boxes(given):
        np.testing.assert_allclose(found.position, stand[found.name].position)
        np.testing.assert_allclose(found.size, stand[found.name].size)
    foot = data.body('panda_link0').xpos
    np.testing.assert_allclose(given['base'], foot)
