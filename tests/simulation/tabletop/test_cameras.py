"""Cameras where RLBench has them; depth that puts every pixel on what is there."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from policy_nodes.simulation.tabletop.camera_placement import NAMES, PLACEMENTS
from policy_nodes.simulation.tabletop.cameras import Cameras
from policy_nodes.simulation.tabletop.gl_backend import (
    LIBRARIES,
    DrawingError,
    choose_backend,
    loads,
)
from policy_nodes.simulation.tabletop.scene import TABLE_TOP

# positions and view directions of RLBench's scenes; of the wrist camera with the arm at home
PUBLISHED = {
    'front': ((1.35, 0.0, 1.58), (-0.9063, 0.0, -0.4226), 175.84),
    'left_shoulder': ((-0.175, 0.2, 1.98), (0.4162, -0.0734, -0.9063), 175.84),
    'right_shoulder': ((-0.175, -0.2, 1.98), (0.4162, 0.0734, -0.9063), 175.84),
    'wrist': ((0.304, -0.006, 1.575), (0.156, 0.0, -0.988), 110.85),
}


@pytest.fixture(scope='module')
def seen(block_world):
    """A world with a block in everybody's sight, and what the cameras see."""
    world = block_world(place=(0.3, 0.0, TABLE_TOP + 0.025))
    return world, world.images()


def green(view):
    """Pixels of the block."""
    red, leaf, blue = (view.rgb[..., channel].astype(int) for channel in range(3))
    return (leaf > 60) & (red < 40) & (blue < 40)


def test_every_camera_gives_colour_and_metric_depth(seen):
    _, views = seen
    assert tuple(views) == NAMES
    for view in views.values():
        assert (view.rgb.shape, view.rgb.dtype) == ((128, 128, 3), np.uint8)
        assert (view.depth.shape, view.depth.dtype) == ((128, 128), np.float32)
        assert np.isfinite(view.depth).all()
        assert 0.01 < view.depth.min() < view.depth.max() < 8.0


@pytest.mark.parametrize('name', NAMES)
def test_cameras_stand_and_look_as_published(seen, name):
    position, ahead, focal = PUBLISHED[name]
    view = seen[1][name]
    # the tool of our arm leans 4 degrees less at home, and the wrist camera with it
    near, turned = (0.01, 5.0) if name == 'wrist' else (1e-6, 0.01)
    pose = view.world_from_camera
    assert np.linalg.norm(pose[:3, 3] - position) < near
    cosine = pose[:3, 2] @ ahead / np.linalg.norm(ahead)
    assert np.rad2deg(np.arccos(min(cosine, 1.0))) < turned
    assert view.intrinsics[0, 0] == pytest.approx(focal, abs=0.01)
    assert (view.intrinsics[:2, 2] == 63.5).all()
    # an optical frame: y down in the image, right-handed
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)
    if name != 'wrist':
        assert pose[2, 1] < 0.0


@pytest.mark.parametrize('name', NAMES)
def test_the_block_is_seen_where_it_is(seen, name):
    world, views = seen
    view, centre = views[name], world.body('block')[0]
    rows, columns = np.nonzero(green(view))
    assert len(rows) > 20
    assert np.linalg.norm(view.pixel(centre) - (columns.mean(), rows.mean())) < 4.0
    points = view.points()[green(view)]
    # on its surface, with a millimetre for the pixels' edges
    assert (np.abs(points - centre).max(axis=1) < 0.026).all()
    assert np.abs(np.abs(points - centre).max(axis=1) - 0.025).max() < 1e-3


@pytest.mark.parametrize('name', ['front', 'left_shoulder', 'right_shoulder'])
def test_points_of_the_table_lie_on_its_top(seen, name):
    view = seen[1][name]
    points = view.points()
    x, y, z = np.moveaxis(points, -1, 0)
    bare = (x > 0.35) & (x < 0.6) & (np.abs(y) > 0.1) & (np.abs(y) < 0.3) & (z < 0.9)
    assert bare.sum() > 300
    assert np.abs(z[bare] - TABLE_TOP).max() < 1e-3


def test_depth_is_along_the_axis_and_not_along_the_ray(seen):
    _, views = seen
    view = views['front']
    ahead = view.camera_from_world[2, :3]
    points = view.points().reshape(-1, 3) - view.world_from_camera[:3, 3]
    assert np.allclose(points @ ahead, view.depth.ravel(), atol=1e-5)


def test_the_wrist_camera_sees_the_fingertips_and_goes_with_the_hand(block_world):
    world = block_world()
    before = world.images(('wrist',))['wrist']
    for opening in (1.0, 0.0):
        for _ in range(100):
            world.step(world.joints(), opening)
        view = world.images(('wrist',))['wrist']
        column, row = view.pixel(world.tip()[0])
        assert 0 < column < 128
        assert 64 < row < 128
    # closed fingers are in the middle of the image, open ones are not
    row, column = round(row), round(column)
    assert view.depth[row, column] < 0.12 < before.depth[row, column]
    target = world.joints() + 0.3 * np.eye(7)[0]
    for _ in range(100):
        world.step(target, 0.0)
    moved = world.images(('wrist',))['wrist']
    assert np.linalg.norm(moved.world_from_camera[:3, 3] - view.world_from_camera[:3, 3]) > 0.1


def test_the_same_scene_gives_the_same_images(block_world):
    one, two = (block_world(11, variation=0).images() for _ in range(2))
    for name in NAMES:
        assert (one[name].rgb == two[name].rgb).all()
        assert (one[name].depth == two[name].depth).all()


def test_larger_images_show_the_same_scene(seen):
    world, views = seen
    large = Cameras(256)
    view = large.view(world.model, world.data, 'front')
    large.close()
    assert view.rgb.shape == (256, 256, 3)
    assert view.intrinsics[0, 0] == pytest.approx(351.68, abs=0.01)
    # every second pixel is half a pixel beside the one of the small image
    near = np.abs(view.depth[::2, ::2] - views['front'].depth) < 0.01
    assert near.mean() > 0.95
    centre = world.body('block')[0]
    assert np.allclose(view.pixel(centre), 2.0 * views['front'].pixel(centre) + 0.5, atol=1e-6)


def test_an_unknown_camera_is_refused_with_the_known_ones(block_world):
    with pytest.raises(ValueError, match="no camera 'overhead'; known: front, left_shoulder"):
        block_world().images(('overhead',))


def test_cameras_are_square_and_look_along_their_axes():
    for placement in PLACEMENTS:
        rotation = placement.rotation()
        assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(rotation) == pytest.approx(1.0)


@pytest.mark.parametrize('backend', list(LIBRARIES))
def test_a_process_that_forgets_to_close_its_cameras_ends_quietly(backend):
    if not any(map(loads, LIBRARIES[backend][0])):
        pytest.skip(f'{backend} is not installed here')
    program = (
        'import mujoco\n'
        'from policy_nodes.simulation.tabletop.cameras import Cameras\n'
        'from policy_nodes.simulation.tabletop.scene import base_scene\n'
        'model = base_scene().compile()\n'
        'data = mujoco.MjData(model)\n'
        'mujoco.mj_forward(model, data)\n'
        'cameras = Cameras()\n'
        "cameras.view(model, data, 'front')\n"
    )
    # a process that has drawn tells its children what with
    plain = {name: value for name, value in os.environ.items() if name != 'PYOPENGL_PLATFORM'}
    ended = subprocess.run(
        [sys.executable, '-c', program],
        env={**plain, 'MUJOCO_GL': backend},
        capture_output=True,
        text=True,
        timeout=60.0,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, '', '')


class TestBackend:
    """What is drawn with, by what is installed."""

    def test_it_takes_egl_before_osmesa(self):
        assert choose_backend('', lambda name: True) == 'egl'
        assert choose_backend('', lambda name: 'OSMesa' in name) == 'osmesa'
        assert choose_backend('osmesa', lambda name: True) == 'osmesa'

    def test_a_missing_library_is_named_with_the_package_that_has_it(self):
        with pytest.raises(DrawingError, match=r'sudo apt install libegl1 \(or libosmesa6\)'):
            choose_backend('', lambda name: False)
        with pytest.raises(DrawingError, match=r'osmesa cannot be loaded.*apt install libosmesa6'):
            choose_backend('osmesa', lambda name: False)

    def test_an_unknown_backend_is_refused_with_the_known_ones(self):
        with pytest.raises(DrawingError, match=r"MUJOCO_GL is 'glfw'.*egl, osmesa"):
            choose_backend('glfw', lambda name: True)
