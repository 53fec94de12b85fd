"""Things on the table do in physics what tasks take for granted."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

from policy_nodes.simulation.tabletop.objects import button, chest, shapes, tap
from policy_nodes.simulation.tabletop.objects.block import EDGE, add_block
from policy_nodes.simulation.tabletop.objects.colours import COLOURS
from policy_nodes.simulation.tabletop.objects.patch import add_patch
from policy_nodes.simulation.tabletop.objects.target import add_target
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.panda_model import firm_contacts

PLACE = np.array([0.3, 0.1])
RED, BLUE = COLOURS['red'], COLOURS['blue']


def table():
    """A table top and nothing else."""
    spec = firm_contacts()
    spec.worldbody.add_geom(
        type=mujoco.mjtGeom.mjGEOM_BOX, size=[1.0, 1.0, 0.1], pos=[0.0, 0.0, TABLE_TOP - 0.1]
    )
    return spec


def started(spec):
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return model, data


def go_on(model, data, seconds):
    for _ in range(round(seconds / model.opt.timestep)):
        mujoco.mj_step(model, data)
    mujoco.mj_forward(model, data)


def push(model, data, joint, force, seconds):
    """Push along a joint [N or Nm]; returns where it is then."""
    dof = model.joint(joint).dofadr[0]
    data.qfrc_applied[dof] = force
    go_on(model, data, seconds)
    data.qfrc_applied[dof] = 0.0
    return data.joint(joint).qpos[0]


def test_a_block_stays_where_it_is_put():
    spec = table()
    add_block(spec, 'block', PLACE, 0.3, RED)
    model, data = started(spec)
    before = data.body('block').xpos.copy()
    assert before[2] == pytest.approx(TABLE_TOP + EDGE / 2)
    go_on(model, data, 1.0)
    assert np.abs(data.body('block').xpos - before).max() < 2e-4
    assert model.body('block').mass[0] == pytest.approx(0.356, abs=1e-3)


def test_a_button_goes_down_and_comes_back():
    spec = table()
    button.add_button(spec, 'b', PLACE, 0.4, BLUE, RED)
    model, data = started(spec)
    slide = button.slide_of('b')
    go_on(model, data, 0.5)
    rest = data.joint(slide).qpos[0]
    assert abs(rest) < 1e-3
    assert push(model, data, slide, 1.0, 0.5) < button.PRESSED
    assert push(model, data, slide, 8.0, 0.5) > 2 * button.PRESSED
    go_on(model, data, 1.0)
    assert data.joint(slide).qpos[0] == pytest.approx(rest, abs=1e-5)


def test_drawers_stay_where_they_are_and_slide_when_pulled():
    spec = table()
    opened, stops = (0.0, 0.21, 0.0), (0.002, 0.0, 0.001)
    chest.add_chest(spec, 'chest', PLACE, 0.2, opened, stops)
    model, data = started(spec)
    go_on(model, data, 1.0)
    slides = [chest.slide_of('chest', index) for index in range(3)]
    assert [data.joint(slide).qpos[0] for slide in slides] == pytest.approx(
        [0.002, 0.21, 0.001], abs=2e-4
    )
    assert push(model, data, slides[0], 1.0, 0.5) < 0.005
    assert push(model, data, slides[0], 10.0, 1.0) > 0.15
    # shut again, against its stop
    assert push(model, data, slides[1], -20.0, 1.0) == pytest.approx(0.0, abs=1e-3)
    go_on(model, data, 0.5)
    assert data.joint(slides[1]).qpos[0] == pytest.approx(0.0, abs=2e-4)


def test_closed_drawers_look_the_same():
    spec = table()
    chest.add_chest(spec, 'chest', PLACE, 0.0)
    model, _ = started(spec)
    looks = []
    for index in range(3):
        body = model.body(chest.drawer_of('chest', index))
        parts = slice(body.geomadr[0], body.geomadr[0] + body.geomnum[0])
        looks.append((model.geom_size[parts], model.geom_pos[parts], model.geom_rgba[parts]))
    for other in looks[1:]:
        for mine, theirs in zip(looks[0], other, strict=True):
            assert (mine == theirs).all()


def test_handles_stand_where_memorybench_has_them():
    spec = table()
    chest.add_chest(spec, 'chest', np.array([0.2575, 0.2325]), 0.0, (0.0, 0.21, 0.0))
    model, data = started(spec)
    for index, (height, y) in enumerate(((0.1137, 0.0956), (0.1978, -0.1144), (0.2818, 0.0956))):
        body = model.body(chest.drawer_of('chest', index))
        geoms = range(body.geomadr[0], body.geomadr[0] + body.geomnum[0])
        handle = next(
            geom for geom in geoms if model.geom_type[geom] == mujoco.mjtGeom.mjGEOM_CYLINDER
        )
        place = data.geom_xpos[handle]
        assert place == pytest.approx((0.2575, y, TABLE_TOP + height), abs=5e-4)


def test_a_tap_turns_with_a_hand_and_not_with_a_touch():
    spec = table()
    tap.add_tap(spec, 'tap', PLACE, 0.3)
    model, data = started(spec)
    hinges = [tap.hinge_of('tap', side) for side in range(2)]
    assert push(model, data, hinges[0], 0.08, 0.5) < 0.05
    assert push(model, data, hinges[0], 0.5, 1.0) > 1.5
    go_on(model, data, 0.5)
    assert data.joint(hinges[1]).qpos[0] == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize('shape', shapes.SHAPES)
def test_a_piece_falls_into_its_frame_though_a_little_aside_and_turned(shape):
    spec = table()
    shapes.add_board(spec, 'board', PLACE, 0.2)
    index = shapes.SHAPES.index(shape)
    c, s = np.cos(0.2), np.sin(0.2)
    frame = PLACE + np.array([[c, -s], [s, c]]) @ shapes.PLACES[index]
    shapes.add_piece(spec, shape, frame + np.array([0.002, -0.002]), 0.2 + 0.05)
    model, data = started(spec)
    data.joint(f'{shape}_free').qpos[2] += shapes.BOARD + 0.003
    go_on(model, data, 1.0)
    position = data.body(shape).xpos
    assert position[2] == pytest.approx(TABLE_TOP + shapes.BOARD, abs=1e-3)
    assert np.abs(position[:2] - frame).max() < 0.008


def test_a_bar_does_not_fall_into_the_frame_of_a_square():
    spec = table()
    shapes.add_board(spec, 'board', PLACE, 0.0)
    shapes.add_piece(spec, 'bar', PLACE + shapes.PLACES[0], 0.0)
    model, data = started(spec)
    data.joint('bar_free').qpos[2] += shapes.BOARD + shapes.RIM + 0.002
    go_on(model, data, 1.0)
    assert data.body('bar').xpos[2] > TABLE_TOP + shapes.BOARD + 0.01


def test_patches_and_targets_are_seen_and_not_felt():
    spec = table()
    add_patch(spec, 'patch', PLACE, RED)
    add_target(spec, 'target', np.array([*PLACE, TABLE_TOP + EDGE]), BLUE)
    add_block(spec, 'block', PLACE, 0.0, BLUE)
    model, data = started(spec)
    go_on(model, data, 0.5)
    assert data.body('block').xpos[2] == pytest.approx(TABLE_TOP + EDGE / 2, abs=2e-4)
