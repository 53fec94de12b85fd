"""Barkour by the published model: named joints, mass, stance, and the traps of its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import mujoco
import numpy as np
import pytest
import yaml

from policy_nodes.simulation.barkour.legged_robot import ModelFileError, robot_spec
from policy_nodes.simulation.barkour.robot_model import BARKOUR, JOINTS, barkour_spec

CONFIG = Path(__file__).resolve().parents[3] / 'config' / 'barkour'


@pytest.fixture(scope='module')
def model():
    return barkour_spec().compile()


def shipped(node):
    parameters = yaml.safe_load((CONFIG / f'{node}.yaml').read_text())
    return parameters['/**']['ros__parameters']


def test_joints_go_by_name_although_the_file_has_three_orders_of_them(model, plain, handler):
    names = [model.joint(number).name for number in range(model.njnt)]
    in_file = [name for name in names if name in JOINTS]
    assert sorted(in_file) == sorted(JOINTS)
    assert tuple(in_file) != JOINTS
    assert tuple(shipped('safety_controller')['joints']['names']) == JOINTS
    for number, name in enumerate(JOINTS):
        plain.reset(1)
        before = plain.joints().position
        handler.hold(plain, 0.3, **{name: before[number] + 0.2})
        moved = np.abs(plain.joints().position - before)
        assert moved.argmax() == number
        assert moved[number] > 0.05
        # and the file's own name for that joint agrees
        measured = plain.data.joint(name).qpos[0]
        assert plain.joints().position[number] == pytest.approx(measured)


def test_drives_are_in_the_order_of_the_joints_and_each_moves_its_own(model):
    for number, name in enumerate(JOINTS):
        assert model.actuator(number).name == name
        assert model.joint(model.actuator_trnid[number, 0]).name == name


def test_it_weighs_11_487_kg(model):
    assert sum(model.body_mass) == pytest.approx(11.487, abs=1e-3)


def test_joints_stop_where_the_leg_simulator_says(model):
    given = shipped('leg_simulator')
    stops = np.array([model.joint(name).range for name in JOINTS])
    assert np.allclose(stops, np.stack([given['lower'], given['upper']], axis=1), atol=1e-3)
    assert (model.actuator_forcerange == [-18.0, 18.0]).all()


def test_targets_beyond_2_rad_are_not_cut_off(model):
    assert not model.actuator_ctrllimited.any()


def test_it_stands_on_a_plane_as_high_as_measured_and_bears_its_weight(plain, handler):
    handler.hold(plain)
    assert plain.base().position[2] == pytest.approx(0.242, abs=5e-3)
    assert plain.up() > 0.999
    assert np.abs(plain.torques()).max() < 5.2
    assert plain.contacts().sum() == pytest.approx(11.487 * 9.81, rel=0.02)
    assert np.abs(plain.base().linear).max() < 0.01


def test_other_stances_are_as_high_as_their_legs_reach(plain, handler):
    for hip, knee, height in ((0.5, 1.0, 0.173), (0.6, 1.2, 0.209), (0.8, 1.6, 0.272)):
        legs = {
            f'{part}_{leg}': angle
            for part, angle in (('hip', hip), ('knee', knee))
            for leg in BARKOUR.feet
        }
        handler.hold(plain, 1.5, **legs)
        assert plain.base().position[2] == pytest.approx(height, abs=8e-3)


def test_a_fallen_robot_lies_on_its_body_and_not_below_the_floor(plain):
    limp = np.zeros(12)
    for _ in range(100):
        plain.step(BARKOUR.fold, limp, np.full(12, 2.0))
    assert -0.005 < plain.base().position[2] < 0.06


def test_with_feet_only_nothing_else_can_touch():
    model = barkour_spec(only_feet=True).compile()
    touching = [model.geom(number).name for number in np.flatnonzero(model.geom_contype)]
    assert sorted(touching) == sorted(BARKOUR.feet)


def test_nothing_of_the_file_is_drawn_or_sensed(model):
    assert (model.nmesh, model.nhfield, model.ntex, model.nkey, model.ncam) == (0, 0, 0, 0, 0)
    shapes = set(model.geom_type.tolist())
    assert shapes == {int(mujoco.mjtGeom.mjGEOM_CAPSULE), int(mujoco.mjtGeom.mjGEOM_SPHERE)}
    # the file fixes its IMU to the world; ours turns with the body
    assert model.body(model.site('imu').bodyid[0]).name == 'chassis'


def test_a_model_that_is_not_installed_is_refused_with_how_to_get_it():
    for absent in (
        replace(BARKOUR, file='nothing.xml'),
        replace(BARKOUR, package='no_such_package_here'),
    ):
        with pytest.raises(ModelFileError, match='pip install --no-deps mujoco-mjx'):
            robot_spec(absent)
    with pytest.raises(ModelFileError, match='has no joint tail; there are abduction_front_left'):
        robot_spec(replace(BARKOUR, joints=(*JOINTS[:-1], 'tail')))
