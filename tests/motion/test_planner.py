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


def assert_straight(arm, configurations, goal):
    """The tip goes from the first configuration straight to a position."""
    start = arm.pose(configurations[0]).position
    way = (goal - start) / np.linalg.norm(goal - start)
    for configuration in configurations:
        off = arm.pose(configuration).position - start
        assert np.linalg.norm(off - way * (off @ way)) < 1e-3
        assert LIMITS.inside(configuration)


@pytest.fixture(scope='module')
def plain():
    """Plans ways without pieces along the tool."""
    return MotionPlanner(panda_arm([TABLE]), LIMITS, home=HOME, hand='panda_hand', approach=0.0)


def test_where_nothing_is_in_the_way_the_tip_goes_straight(plain):
    goal = down_at(0.5, 0.2, 0.2)
    plan = plain.plan(HOME, goal)
    assert plan.way == LINE
    assert len(plan.trajectory.curves) == 1
    ends_at(plain.arm, plan, goal)
    assert_straight(plain.arm, places(plan), goal.position)


def test_where_contact_is_permitted_the_tip_goes_straight_too(planner):
    goal = down_at(0.5, 0.2, 0.2, ignore=True)
    plan = planner.plan(HOME, goal)
    assert len(plan.trajectory.curves) == 1
    assert_straight(planner.arm, places(plan), goal.position)


@pytest.mark.parametrize('yaw', [0.0, 2.5])
@pytest.mark.parametrize('high', [0.2, 0.35])
def test_a_pose_is_left_and_come_to_along_the_tool(planner, yaw, high):
    first = planner.plan(HOME, down_at(0.5, -0.2, 0.1)).trajectory.goal
    goal = down_at(0.5, 0.25, high, yaw=yaw)
    plan = planner.plan(first, goal)
    ends_at(planner.arm, plan, goal)
    for tip, way in (
        (np.array([0.5, -0.2, 0.1]), places(plan)),
        (goal.position, places(plan)[::-1]),
    ):
        poses = [planner.arm.pose(configuration) for configuration in way]
        off = np.array([pose.position for pose in poses]) - tip
        first_part = off[: int(np.argmax(off[:, 2] > 0.04))]
        assert len(first_part) > 5
        # the corner at 8 cm is rounded, but what is nearer is straight
        assert np.linalg.norm(first_part[:, :2], axis=1).max() < 1e-3
    assert len(plan.trajectory.curves) == 3


def test_a_short_way_a_turn_on_the_spot_and_one_along_the_tool_get_no_pieces(planner):
    here = planner.plan(HOME, down_at(0.5, 0.0, 0.2)).trajectory.goal
    for goal in (
        down_at(0.55, 0.05, 0.2),
        down_at(0.5, 0.0, 0.2, yaw=1.2),
        down_at(0.5, 0.0, 0.4, yaw=0.3),
    ):
        plan = planner.plan(here, goal)
        assert len(plan.trajectory.curves) == 1
        ends_at(planner.arm, plan, goal)


@pytest.mark.parametrize(('ceiling', 'curves'), [(0.19, 3), (0.145, 3), (0.11, 1)])
def test_a_piece_that_is_not_free_is_shortened_or_left_out(planner, ceiling, curves):
    arm = panda_arm([TABLE])

    def too_high(start, configurations):
        heights = [arm.pose(configuration).position[2] for configuration in configurations]
        return 'the tip would be high' if max(heights) > ceiling else ''

    low = MotionPlanner(panda_arm([TABLE]), LIMITS, home=HOME, hand='panda_hand', hinders=too_high)
    start = planner.plan(HOME, down_at(0.5, -0.2, 0.1)).trajectory.goal
    plan = low.plan(start, down_at(0.5, 0.25, 0.1))
    assert len(plan.trajectory.curves) == curves
    assert max(arm.pose(configuration).position[2] for configuration in places(plan)) < ceiling


def test_corners_are_rounded_within_every_limit(planner):
    rounded = 0
    random = np.random.default_rng(3)
    start = HOME
    for _ in range(8):
        x, y, z = random.uniform((0.35, -0.35, 0.1), (0.6, 0.35, 0.3))
        trajectory = planner.plan(start, down_at(x, y, z)).trajectory
        rests = sum(curve.duration for curve in trajectory.curves)
        rounded += trajectory.duration < rests - 0.05
        step = 1e-3
        rows = trajectory.positions(np.arange(-5 * step, trajectory.duration + 5 * step, step))
        for n, most in enumerate((LIMITS.velocity, LIMITS.acceleration, LIMITS.jerk), start=1):
            assert (np.abs(np.diff(rows, n=n, axis=0)).max(axis=0) <= 1.01 * most * step**n).all()
        start = trajectory.goal
    assert rounded >= 4, 'few ways of these were rounded'


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
