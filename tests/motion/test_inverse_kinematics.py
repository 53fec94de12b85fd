"""Configurations for poses, and the reasons why there is none."""

from __future__ import annotations

import numpy as np
import pytest
from panda import HOME, LIMITS, down_at
from scipy.spatial.transform import Rotation

from policy_nodes.motion.inverse_kinematics import InverseKinematics
from policy_nodes.motion.poses import Pose, pose_error
from policy_nodes.motion.refusals import MotionReason, Refusal


def reachable(arm, kinematics, count):
    """Poses of random configurations that are not singular."""
    random = np.random.default_rng(5)
    while count:
        configuration = random.uniform(LIMITS.lower + 0.01, LIMITS.upper - 0.01)
        if arm.manipulability(configuration) > 1.2 * kinematics.singular:
            count -= 1
            yield arm.pose(configuration)


def test_200_random_reachable_poses_are_all_solved_to_a_tenth_of_a_millimetre(arm):
    kinematics = InverseKinematics(arm, LIMITS, home=HOME, wanted=1)
    for pose in reachable(arm, kinematics, 200):
        solutions = kinematics.solve(pose, HOME)
        assert not isinstance(solutions, Refusal), solutions
        for solution in solutions:
            error = pose_error(arm.pose(solution.configuration), pose)
            assert error.position < 1e-4
            assert error.rotation < 1e-3
            assert LIMITS.inside(solution.configuration)
            assert arm.manipulability(solution.configuration) >= kinematics.singular


def test_the_nearest_solution_comes_first_and_the_present_one_if_it_is_one(arm, kinematics):
    present = HOME + 0.2
    solutions = kinematics.solve(arm.pose(present), present)
    assert solutions[0].distance < 1e-3
    distances = [solution.distance for solution in solutions]
    assert distances == sorted(distances)
    assert len(solutions) > 1


def test_the_same_question_gets_the_same_answer(kinematics):
    goal = down_at(0.5, 0.2, 0.1)
    pose = Pose(goal.position, goal.quaternion)
    one, other = kinematics.solve(pose, HOME), kinematics.solve(pose, HOME)
    np.testing.assert_array_equal(one[0].configuration, other[0].configuration)


@pytest.mark.parametrize('place', [(1.5, 0.0, 0.3), (0.88, 0.0, 0.0), (0.0, 0.0, 1.3)])
def test_a_pose_too_far_away_is_unreachable(kinematics, place):
    goal = down_at(*place)
    refusal = kinematics.solve(Pose(goal.position, goal.quaternion), HOME)
    assert refusal.reason is MotionReason.UNREACHABLE
    assert 'nearer' in refusal.words


def test_a_pose_behind_a_joint_limit_names_the_joint(kinematics):
    # near the foot with the fingers forward the elbow would have to fold through itself
    forward = Rotation.from_euler('y', np.pi / 2.0).as_quat()
    refusal = kinematics.solve(Pose(np.array([0.3, 0.0, 0.2]), forward), HOME)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is MotionReason.JOINT_LIMITS
    assert 'panda_joint4' in refusal.words


def test_poses_of_singular_configurations_are_refused_unless_another_one_is_free(arm):
    kinematics = InverseKinematics(arm, LIMITS, home=HOME, wanted=1)
    random = np.random.default_rng(3)
    refused = 0
    for _ in range(400):
        configuration = random.uniform(LIMITS.lower + 0.01, LIMITS.upper - 0.01)
        if arm.manipulability(configuration) > 0.001:
            continue
        answer = kinematics.solve(arm.pose(configuration), configuration)
        if isinstance(answer, Refusal):
            refused += 1
            assert answer.reason is MotionReason.SINGULAR
            assert 'manipulability' in answer.words
        else:
            assert arm.manipulability(answer[0].configuration) >= kinematics.singular
    assert refused


def test_following_a_line_stays_on_the_same_branch(arm, kinematics):
    pose = arm.pose(HOME)
    nudged = Pose(pose.position + 0.005, pose.quaternion)
    near = kinematics.follow(nudged, HOME)
    assert np.abs(near - HOME).max() < 0.05
    assert pose_error(arm.pose(near), nudged).position < 1e-4


def test_angles_are_measured_the_short_way():
    start = Pose(np.zeros(3), np.array([0.0, 0.0, 0.0, 1.0]))
    turned = Pose(np.array([0.0, 0.3, 0.4]), -Rotation.from_euler('z', 0.2).as_quat())
    error = pose_error(start, turned)
    assert error.position == pytest.approx(0.5)
    assert error.rotation == pytest.approx(0.2)
