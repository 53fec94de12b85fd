"""The arm's model: the same kinematics as the safety controller's, and servos that hold."""

from __future__ import annotations

from pathlib import Path

import mujoco
import numpy as np
import pytest
import yaml

from policy_nodes.safety.arm_kinematics import Chain
from policy_nodes.simulation.tabletop.hand_model import FORCE
from policy_nodes.simulation.tabletop.panda_model import (
    FINGER_JOINTS,
    FINGER_SERVO,
    HOME,
    JOINTS,
    TIP,
    panda_spec,
)

CONFIG = Path(__file__).resolve().parents[3] / 'config' / 'panda' / 'safety_controller.yaml'


@pytest.fixture
def arm():
    """Model and data, at home with open fingers."""
    model = panda_spec().compile()
    data = mujoco.MjData(model)
    data.qpos[:7], data.qpos[7:] = HOME, 0.04
    data.ctrl[:7], data.ctrl[7] = HOME, 0.08
    mujoco.mj_forward(model, data)
    return model, data


def safety_parameters():
    return yaml.safe_load(CONFIG.read_text())['/**']['ros__parameters']


def test_the_tip_is_where_the_safety_controller_places_it(arm):
    model, data = arm
    given = safety_parameters()
    origins = [given['kinematics'][name]['origin'] for name in JOINTS]
    chain = Chain(origins, [(0.0, 0.0, 1.0)] * 7, given['tool']['origin'])
    random = np.random.default_rng(3)
    low, high = model.jnt_range[:7].T
    poses = random.uniform(low, high, (200, 7))
    placed = chain.place(poses)
    for pose, points, turns in zip(poses, placed.points, placed.rotations, strict=True):
        data.qpos[:7] = pose
        mujoco.mj_kinematics(model, data)
        assert np.allclose(data.site(TIP).xpos, points[-1], rtol=0.0, atol=1e-6)
        assert np.allclose(data.site(TIP).xmat.reshape(3, 3), turns[-1], rtol=0.0, atol=1e-6)
        frames = [data.body(f'panda_link{number}').xpos for number in range(1, 8)]
        assert np.allclose(frames, points[:-1], rtol=0.0, atol=1e-6)


def test_its_stops_are_those_that_the_safety_controller_keeps_away_from(arm):
    model, _ = arm
    limits = safety_parameters()['limits']
    for name in JOINTS:
        low, high = model.joint(name).range
        assert (low, high) == (limits[name]['lower'], limits[name]['upper'])


def test_gravity_is_compensated_so_that_it_hangs_still_without_its_servos(arm):
    model, data = arm
    model.actuator_gainprm[:], model.actuator_biasprm[:] = 0.0, 0.0
    for _ in range(200):
        mujoco.mj_step(model, data)
    assert np.allclose(data.qpos[:7], HOME, atol=1e-6)


def test_nothing_of_it_touches_at_home_and_folding_it_up_does(arm):
    model, data = arm
    assert data.ncon == 0
    data.qpos[:7] = (0.0, -1.7, 0.0, -3.07, 0.0, 0.0, 0.0)
    mujoco.mj_forward(model, data)
    assert data.ncon > 0


def test_no_drive_exceeds_its_torque_and_fingers_press_no_harder_than_the_hand_can(arm):
    model, data = arm
    data.ctrl[:7] = (2.0, 1.5, -2.0, -0.2, 2.0, 3.5, -2.0)
    data.ctrl[7] = 0.0
    most = np.zeros(8)
    for _ in range(200):
        mujoco.mj_step(model, data)
        most = np.maximum(most, np.abs(data.actuator_force))
    assert (most[:7] <= (87.0, 87.0, 87.0, 87.0, 12.0, 12.0, 12.0)).all()
    assert (most[:7] > 11.0).all()
    assert FORCE - 1e-9 <= most[7] <= FORCE


def test_both_fingers_go_together_and_meet_in_the_middle(arm):
    model, data = arm
    for width in (0.03, 0.0, 0.06):
        data.actuator(FINGER_SERVO).ctrl = width
        for _ in range(400):
            mujoco.mj_step(model, data)
        left, right = (data.joint(name).qpos[0] for name in FINGER_JOINTS)
        assert left == pytest.approx(right, abs=1e-4)
        assert left + right == pytest.approx(width, abs=1e-3)


def test_pads_carry_a_block_through_a_quick_swing():
    spec = panda_spec()
    block = spec.worldbody.add_body(name='block', pos=(0.5509, 0.0, 0.701))
    block.add_freejoint()
    block.add_geom(type=mujoco.mjtGeom.mjGEOM_BOX, size=[0.0281, 0.0281, 0.0281], mass=0.356)
    model = spec.compile()
    data = mujoco.MjData(model)
    data.qpos[:7], data.qpos[7:9] = HOME, 0.04
    data.ctrl[:7], data.ctrl[7] = HOME, 0.0
    model.opt.gravity[:] = 0.0  # until it is held
    for _ in range(200):
        mujoco.mj_step(model, data)
    model.opt.gravity[:] = (0.0, 0.0, -9.81)
    start = data.body('block').xpos - data.site(TIP).xpos
    held = data.site(TIP).xmat.reshape(3, 3).T @ start
    for step in range(1000):
        data.ctrl[0] = 0.3 * (1.0 - np.cos(np.pi * step * model.opt.timestep))
        mujoco.mj_step(model, data)
    now = data.site(TIP).xmat.reshape(3, 3).T @ (data.body('block').xpos - data.site(TIP).xpos)
    assert np.allclose(now, held, atol=3e-3)
