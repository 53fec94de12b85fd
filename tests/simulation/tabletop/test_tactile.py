"""Fingertips that feel the shape and the place of what they press on."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

from policy_nodes.simulation.tabletop.hand_model import PAD_CENTRE, PAD_SIZE
from policy_nodes.simulation.tabletop.panda_model import HOME, panda_spec
from policy_nodes.simulation.tabletop.tactile import FINGERS, GEL, RAYS, Gel, reference, shade

FACE = PAD_CENTRE[1] - 0.5 * PAD_SIZE[1]  # of the left pad along y of its finger [m]


def touched(shape, size, across=0.0, along=0.0, into=0.0005):
    """Model and data with a thing before the left pad, so far into its gel."""
    spec = panda_spec()
    thick = size[0] if shape == mujoco.mjtGeom.mjGEOM_SPHERE else size[1]
    # a thing of the world, so that the finger does not overlook it as its own
    probe = spec.worldbody.add_body(name='probe', mocap=True)
    probe.add_geom(type=shape, size=size, contype=0, conaffinity=0)
    model = spec.compile()
    data = mujoco.MjData(model)
    data.qpos[:7], data.qpos[7:9] = HOME, 0.04
    mujoco.mj_kinematics(model, data)
    frame = data.body('panda_leftfinger')
    offset = (across, FACE - GEL + into - thick, PAD_CENTRE[2] + along)
    data.mocap_pos[0] = frame.xpos + frame.xmat.reshape(3, 3) @ offset
    data.mocap_quat[0] = frame.xquat
    mujoco.mj_kinematics(model, data)
    return model, data


def test_without_contact_both_fingers_give_the_reference_image(block_world):
    images = block_world().tactile()
    assert set(images) == set(FINGERS)
    for image in images.values():
        assert (image.shape, image.dtype) == ((64, 64, 3), np.uint8)
        assert (image == reference()).all()


def test_a_flat_plate_presses_the_whole_gel_in_by_its_depth():
    model, data = touched(mujoco.mjtGeom.mjGEOM_BOX, [0.05, 0.01, 0.05], into=0.0006)
    depth = Gel(model, 'panda_leftfinger').depth(model, data)
    assert depth.shape == (RAYS, RAYS)
    assert np.allclose(depth, 0.0006, atol=1e-9)
    # the other finger feels nothing of it
    assert (Gel(model, 'panda_rightfinger').depth(model, data) == 0.0).all()


def test_a_ball_leaves_a_round_dent_where_it_touches():
    across, along, radius, into = 0.003, 0.004, 0.01, 0.0008
    model, data = touched(mujoco.mjtGeom.mjGEOM_SPHERE, [radius, 0.0, 0.0], across, along, into)
    depth = Gel(model, 'panda_leftfinger').depth(model, data)
    assert depth.max() == pytest.approx(into, abs=2e-5)
    rows, columns = np.nonzero(depth > 0.0)
    # columns run across the pad, rows along the finger
    side, length = PAD_SIZE[0] / RAYS, PAD_SIZE[2] / RAYS
    assert (columns.mean() + 0.5 - RAYS / 2) * side == pytest.approx(across, abs=side)
    assert (rows.mean() + 0.5 - RAYS / 2) * length == pytest.approx(along, abs=length)
    width = np.sqrt(len(rows) * side * length / np.pi)
    assert width == pytest.approx(np.sqrt(2.0 * radius * into - into**2), rel=0.1)


def test_an_edge_is_shaded_by_the_lamp_that_it_faces():
    depth = np.zeros((RAYS, RAYS))
    depth[:, RAYS // 2 :] = 0.5 * GEL
    image = shade(depth).astype(int)
    flat = reference().astype(int)
    edge = image[:, 30:34].mean(axis=(0, 1)) - flat[:, 30:34].mean(axis=(0, 1))
    turned = shade(depth[:, ::-1]).astype(int)[:, 30:34].mean(axis=(0, 1))
    # lamps at different sides: red grows at one slope and shrinks at the other
    assert edge[0] > 10.0
    assert turned[0] - flat[0, 0, 0] < -10.0


def test_a_held_block_shows_on_both_fingers_and_goes_when_it_is_let_go(block_world):
    world = block_world()
    joint = world.model.body('block').jntadr[0]
    start = world.model.jnt_qposadr[joint]
    world.data.qpos[start : start + 3] = world.tip()[0]
    world.model.opt.gravity[:] = 0.0
    for _ in range(80):
        world.step(world.joints(), 0.0)
    held = world.tactile()
    for image in held.values():
        assert np.abs(image.astype(int) - reference()).max() > 10
    for _ in range(80):
        world.step(world.joints(), 1.0)
    for image in world.tactile().values():
        assert (image == reference()).all()
