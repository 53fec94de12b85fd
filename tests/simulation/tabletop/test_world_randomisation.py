"""Scenes that look other than usual, and stay the same task."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.simulation.tabletop.camera_placement import NAMES
from policy_nodes.simulation.tabletop.randomisation import Randomisation

LOOKS = {'background': 1.0, 'tint': 0.3, 'light': 0.8}


def difference(one, two):
    """Greatest difference of colours over all cameras."""
    return max(np.abs(one[name].rgb.astype(int) - two[name].rgb).max() for name in NAMES)


@pytest.mark.parametrize(('kind', 'most'), LOOKS.items())
def test_looks_change_colours_but_neither_depth_nor_the_task(block_world, kind, most):
    plain, other = block_world(2), block_world(2, randomisation=Randomisation(**{kind: most}))
    assert (plain.data.qpos == other.data.qpos).all()
    usual, changed = plain.images(), other.images()
    assert difference(usual, changed) > 10
    for name in NAMES:
        assert (usual[name].depth == changed[name].depth).all()
    again = block_world(2, randomisation=Randomisation(**{kind: most})).images()
    assert difference(changed, again) == 0


def test_moved_cameras_say_where_they_are_unless_told_not_to(block_world):
    most = {'camera_position': 0.02, 'camera_angle': np.deg2rad(2.0)}
    plain = block_world(4).images()
    known = block_world(4, randomisation=Randomisation(**most)).images()
    silent = Randomisation(**most, camera_known=False)
    unknown = block_world(4, randomisation=silent).images()
    for name in NAMES:
        moved = known[name].world_from_camera[:3, 3] - plain[name].world_from_camera[:3, 3]
        assert 0.0 < np.abs(moved).max() < 0.02 * np.sqrt(3.0)
        trace = np.trace(
            known[name].camera_from_world[:3, :3] @ plain[name].world_from_camera[:3, :3]
        )
        assert np.rad2deg(np.arccos((trace - 1.0) / 2.0)) <= 2.0 + 1e-6
        assert (known[name].rgb == unknown[name].rgb).all()
        assert np.allclose(
            unknown[name].camera_from_world, plain[name].camera_from_world, atol=1e-9
        )
    # where the pose is known, points still lie on the table
    x, y, z = np.moveaxis(known['front'].points(), -1, 0)
    bare = (x > 0.45) & (x < 0.6) & (np.abs(y) < 0.3) & (z < 0.76)
    assert bare.sum() > 300
    assert np.abs(z[bare] - 0.752).max() < 1e-3


def test_distractors_stand_apart_from_everything_and_leave_the_task_alone(block_world):
    plain = block_world(6)
    world = block_world(6, randomisation=Randomisation(distractors=5))
    assert np.allclose(world.body('block')[0], plain.body('block')[0], atol=1e-6)
    places = [world.body(f'distractor{number}')[0] for number in range(5)]
    places.append(world.body('block')[0])
    for number, place in enumerate(places):
        for other in places[:number]:
            assert np.linalg.norm(place[:2] - other[:2]) > 0.06
    heights = np.array([place[2] for place in places])
    assert (heights > 0.76).all()


def test_noise_is_of_the_size_asked_for_and_new_in_every_image(block_world):
    plain = block_world(5).images(('front',))['front']
    world = block_world(5, randomisation=Randomisation(rgb_noise=5.0, depth_noise=0.003))
    one, two = (world.images(('front',))['front'] for _ in range(2))
    assert (one.depth - plain.depth).std() == pytest.approx(0.003, rel=0.1)
    middle = (plain.rgb > 20) & (plain.rgb < 235)
    assert (one.rgb.astype(float) - plain.rgb)[middle].std() == pytest.approx(5.0, rel=0.1)
    assert (one.depth != two.depth).mean() > 0.9


@pytest.mark.parametrize(
    ('name', 'value'), [('tint', 1.5), ('depth_noise', -0.1), ('distractors', -1)]
)
def test_changes_out_of_range_are_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f'{name} is {value}'):
        Randomisation(**{name: value})
