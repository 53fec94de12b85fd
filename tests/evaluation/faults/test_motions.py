"""Commands judged against limits."""

from __future__ import annotations

import math

import pytest
from geometry_msgs.msg import TwistStamped
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from policy_nodes.evaluation.faults.robots import robot_of
from policy_stack.msg import JointCommand

HOME = [0.0, -0.785, 0.0, -2.356, 0.0, 1.571, 0.785]
STAND = [0.0, 0.7, 1.4] * 4


def twist(v=0.0, w=0.0, sideways=0.0):
    message = TwistStamped()
    message.twist.linear.x, message.twist.linear.y, message.twist.angular.z = v, sideways, w
    return message


def trajectory(position, velocity=None, names=None):
    point = JointTrajectoryPoint(positions=position, velocities=velocity or [0.0] * 7)
    joints = names or [f'panda_joint{number}' for number in range(1, 8)]
    return JointTrajectory(joint_names=joints, points=[point])


@pytest.fixture
def base():
    return robot_of('turtlebot').motion()


@pytest.fixture
def arm():
    return robot_of('panda').motion()


@pytest.fixture
def legs():
    motion = robot_of('barkour').motion()
    names = list(motion._names)

    def sent(position, at, kp=35.0, kd=0.65):
        command = JointCommand(names=names, position=position, kp=[kp] * 12, kd=[kd] * 12)
        return motion.sent(command, at)

    return sent


def test_a_base_within_its_limits_exceeds_nothing(base):
    assert base.sent(twist(0.0), 0.0).excess == 0.0
    assert base.sent(twist(0.09), 0.1).excess == 0.0
    assert base.sent(twist(0.09, 0.7), 0.2) == (0.2, True, 0.0)


@pytest.mark.parametrize(
    'message', [twist(0.51), twist(-0.51), twist(0.0, 1.2), twist(0.0, 0.0, 0.1), twist(math.nan)]
)
def test_a_base_too_fast_or_on_another_axis_exceeds_a_limit(base, message):
    assert base.sent(message, 0.0).excess > 0.0


def test_a_base_that_jumps_to_rest_exceeds_its_deceleration(base):
    base.sent(twist(0.5), 0.0)
    assert base.sent(twist(0.0), 0.02).excess > 1.0


def test_a_base_that_stands_does_not_move(base):
    assert not base.sent(twist(), 0.0).moves


def test_an_arm_that_goes_on_within_its_speed_exceeds_nothing(arm):
    assert arm.sent(trajectory(HOME), 0.0) == (0.0, False, 0.0)
    near = [HOME[0] + 0.01, *HOME[1:]]
    assert arm.sent(trajectory(near, [0.5] + [0.0] * 6), 0.01) == (0.01, True, 0.0)


def test_an_arm_that_jumps_or_speeds_or_leaves_its_range_exceeds_a_limit(arm):
    arm.sent(trajectory(HOME), 0.0)
    assert arm.sent(trajectory([1.0, *HOME[1:]]), 0.01).excess > 0.5
    assert arm.sent(trajectory(HOME, [3.0] + [0.0] * 6), 1.0).excess > 0.0
    assert arm.sent(trajectory([3.1, *HOME[1:]]), 9.0).excess > 0.0
    assert arm.sent(trajectory(HOME, names=['a'] * 7), 19.0).excess == math.inf


def test_legs_that_damp_do_not_move_and_exceed_nothing(legs):
    assert legs([math.nan] * 12, 0.0, kp=0.0) == (0.0, False, 0.0)


def test_legs_that_jump_or_stiffen_exceed_a_limit(legs):
    assert legs(STAND, 0.0) == (0.0, False, 0.0)
    assert legs([0.1, *STAND[1:]], 0.02) == (0.02, True, 0.0)
    assert legs(STAND, 0.04, kp=60.0).excess > 0.0
    assert legs([2.0, *STAND[1:]], 9.0).excess > 0.0
    assert legs([math.nan] * 12, 10.0).excess == math.inf
