"""What touches, what may, and what does not count."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest
from panda import HOME, LIMITS, TABLE, down_at, panda_arm

from policy_nodes.motion.arm import Arm
from policy_nodes.motion.collisions import Collisions
from policy_nodes.motion.inverse_kinematics import InverseKinematics
from policy_nodes.motion.limits import motion_limits
from policy_nodes.motion.poses import Pose
from policy_nodes.motion.scene import arm_in_scene, box, obstacles_of
from policy_nodes.simulation.tabletop.panda_model import panda_spec

POST = box('post', (0.5, 0.0, 0.2), (0.04, 0.04, 0.4))


@pytest.fixture(scope='module')
def checks():
    return Collisions(panda_arm([TABLE, POST]), LIMITS, hand='panda_hand')


@pytest.fixture(scope='module')
def into_table(checks):
    """A configuration with the finger tips in the table, a centimetre deep."""
    kinematics = InverseKinematics(panda_arm(), LIMITS, home=HOME)
    goal = down_at(0.4, 0.3, 0.0)
    return kinematics.solve(Pose(goal.position, goal.quaternion), HOME)[0].configuration


def test_at_home_nothing_touches_although_the_foot_stands_on_the_table(checks):
    assert checks.first(HOME) == ''


def test_folded_onto_itself_the_arm_collides_and_says_what_with(checks):
    folded = np.array([0.0, 0.0, 0.0, -3.0, 0.0, 0.1, 0.785])
    assert 'panda_' in checks.first(folded)


def test_finger_tips_in_the_table_collide_unless_contact_is_wanted(checks, into_table):
    assert 'table' in checks.first(into_table)
    assert 'finger' in checks.first(into_table)
    assert checks.free(into_table, checks.permit(HOME, hand=True))


def test_wanted_contact_is_that_of_the_hand_alone(checks):
    # the elbow in the table
    low = np.array([1.0, 1.6, 0.0, -1.2, 0.0, 2.6, 0.785])
    assert 'table' in checks.first(low, checks.permit(HOME, hand=True))


def test_what_touches_at_the_start_may_leave_but_not_go_deeper(checks, into_table):
    permit = checks.permit(into_table, hand=False)
    assert checks.free(into_table, permit)
    raised = into_table.copy()
    raised[1] -= 0.4
    assert checks.free_between(into_table, raised, permit)
    deeper = into_table.copy()
    deeper[1] += 0.05
    assert not checks.free(deeper, permit)


def test_a_post_between_two_free_configurations_is_seen(checks):
    left, right = HOME.copy(), HOME.copy()
    left[0], right[0] = 0.6, -0.6
    left[1] = right[1] = -0.1
    assert checks.free(left)
    assert checks.free(right)
    assert not checks.free_between(left, right)


def test_a_wire_of_a_millimetre_is_not_stepped_over():
    wire = box('wire', (0.55, 0.0, 0.5), (0.3, 0.001, 0.001))
    checks = Collisions(panda_arm([wire]), LIMITS, hand='panda_hand', clearance=0.002)
    stretched = np.array([0.0, 0.3, 0.0, -1.6, 0.0, 1.9, 0.785])
    for turn in np.linspace(0.3, 0.5, 7):
        left, right = stretched.copy(), stretched.copy()
        left[0], right[0] = turn, -turn
        assert checks.free(left)
        assert checks.free(right)
        assert not checks.free_between(left, right)


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no body 'paw'.*panda_hand"):
        Collisions(panda_arm(), LIMITS, hand='paw')
    with pytest.raises(ValueError, match='leaves ways unchecked'):
        Collisions(panda_arm(), LIMITS, clearance=0.0)
    with pytest.raises(ValueError, match=r"no site 'nose'; its sites: .*tip"):
        Arm(arm_in_scene(panda_spec()), LIMITS.names, tip='nose')
    with pytest.raises(ValueError, match=r'lacks elbow; its joints: panda_joint1'):
        Arm(arm_in_scene(panda_spec()), ['elbow'])
    with pytest.raises(ValueError, match='is a hinge'):
        Arm(arm_in_scene(panda_spec()), ['panda_finger_joint1'])


SHELF = """
<mujoco><worldbody>
  <geom name="shelf" type="box" size="0.1 0.2 0.3" pos="1 0 0.3"/>
  <geom name="picture" type="box" size="0.1 0.2 0.3" contype="0" conaffinity="0"/>
  <body name="drawer" pos="0 1 0"><joint name="slide" type="slide" axis="1 0 0"/>
    <geom type="box" size="0.1 0.1 0.1"/></body>
  <body name="arm"><joint name="one" axis="0 0 1"/><geom type="capsule" size="0.05 0.2"/>
    <body name="fore" pos="0 0 0.3"><joint name="two" axis="0 1 0"/>
      <geom type="capsule" size="0.04 0.1" pos="0 0 0.15"/><site name="tip" pos="0 0 0.3"/></body>
  </body>
</worldbody></mujoco>
"""


def test_obstacles_are_the_solid_things_of_a_world_as_they_stand():
    model = mujoco.MjModel.from_xml_string(SHELF)
    data = mujoco.MjData(model)
    data.joint('slide').qpos = 0.5
    mujoco.mj_forward(model, data)
    assert [found.name for found in obstacles_of(model, data, arm='arm')] == ['shelf']
    shelf, drawer = obstacles_of(model, data, arm='arm', movable=True)
    np.testing.assert_allclose(shelf.size, [0.1, 0.2, 0.3])
    np.testing.assert_allclose(drawer.position, [0.5, 1.0, 0.0])
    with pytest.raises(ValueError, match=r"no body 'leg'; its bodies: .*drawer"):
        obstacles_of(model, data, arm='leg')
    # the same shelf hinders the Panda
    checks = Collisions(panda_arm([drawer._replace(position=np.array([0.3, 0.0, 0.5]))]), LIMITS)
    assert 'drawer' in checks.first(HOME)


def test_an_arm_of_two_joints_is_an_arm_too():
    arm = Arm(mujoco.MjModel.from_xml_string(SHELF), ['one', 'two'])
    given = {'velocity': [1.0] * 2, 'acceleration': [1.0] * 2, 'jerk': [1.0] * 2}
    limits = motion_limits(arm.joints, lower=[-3.0, -2.0], upper=[3.0, 2.0], **given)
    checks = Collisions(arm, limits)
    assert checks.free(np.zeros(2))
    assert arm.manipulability(np.zeros(2)) > 0
    assert arm.reach() == pytest.approx(0.6)


def test_the_arm_may_stand_elsewhere_and_turned():
    moved = arm_in_scene(panda_spec(), position=(1.0, 2.0, 3.0), yaw=np.pi / 2.0)
    here, there = panda_arm().pose(HOME), Arm(moved, LIMITS.names).pose(HOME)
    x, y, z = here.position
    np.testing.assert_allclose(there.position, [1.0 - y, 2.0 + x, 3.0 + z], atol=1e-9)
