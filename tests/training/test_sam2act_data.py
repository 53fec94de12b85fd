"""Demonstrations on the device, what is drawn from them, and how clouds and poses move."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from small_demonstrations import SIZE, small_demonstration
from small_networks import TOKENS, WIDTH, words

from policy_nodes.models.sam2act.renderer import project
from policy_nodes.policies.sam2act_cloud import SceneBounds, place_pixels
from policy_nodes.policies.sam2act_rotation import rotation_of_bins
from policy_nodes.training.sam2act_augmentation import augment, draw_motion
from policy_nodes.training.sam2act_data import Batch, load
from policy_nodes.training.sam2act_loss import Targets, heat_map_loss, hits, peak_distance
from policy_nodes.training.sam2act_recipe import BOUNDS
from policy_nodes.training.sam2act_targets import (
    Cube,
    crop,
    euler_angles,
    heat_maps,
    rotation_bins,
)

LIMITS = torch.tensor(BOUNDS)


@pytest.fixture(scope='module')
def demos():
    tasks = ('lift_block', 'lift_block', 'lift_block', 'turn_tap')
    return [small_demonstration(seed, task=task) for seed, task in enumerate(tasks)]


@pytest.fixture(scope='module')
def data(demos):
    return load(demos, words)


def key_of(position, gripper):
    return (*position.tolist(), gripper.item())


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_every_sample_of_every_demonstration_is_there(demos, data):
    assert len(data.seen) == sum(len(demo.samples()) for demo in demos)
    assert data.tasks == ('lift_block', 'turn_tap')
    assert data.chains.tolist() == [[0, 1, 2], [6, 7, 8], [12, 13, 14], [18, 19, 20]]
    assert data.language.shape == (2, TOKENS, WIDTH)  # the wordings are the same


def test_a_sample_looks_at_its_frame_and_answers_with_its_key_pose(demos, data):
    batch = data.batch(torch.tensor([7]))  # the second step of the second demonstration
    pose = demos[1].key_pose(3)
    np.testing.assert_allclose(batch.position[0], pose.position, atol=1e-6)
    np.testing.assert_allclose(batch.quaternion[0], pose.quaternion, atol=1e-6)
    assert (batch.gripper[0], batch.collisions[0]) == (0, 1)
    colours = demos[1].colour[1].reshape(-1, 3) / 255
    np.testing.assert_allclose(batch.colours[0], colours, atol=1e-6)
    np.testing.assert_allclose(batch.proprio[0], [1, 0.04, 0.04, 1 - 2 / 24], atol=1e-6)


def test_clouds_are_those_of_the_policy(demos, data):
    batch = data.batch(torch.tensor([7]))

    class View:
        rgb = demos[1].colour[1, 1]
        depth = demos[1].depth[1, 1] / np.float32(1000)
        intrinsics = demos[1].intrinsics[1]
        camera_from_world = demos[1].camera_from_world[1, 1]

    np.testing.assert_allclose(batch.points[0, SIZE**2 :], place_pixels(View()), atol=1e-5)
    cube, bounds = Cube.of(LIMITS), SceneBounds()
    mine = cube.place(batch.points[0])
    np.testing.assert_allclose(mine, bounds.to_cube(batch.points[0].numpy()), atol=1e-5)


def test_pixels_without_depth_are_nowhere(demos):
    demo = demos[0]
    depth = demo.depth.copy()
    depth[:, 0, :4] = 0
    depth[:, 0, 4] = 40_000  # farther than the integers of every device reach
    from dataclasses import replace

    batch = load([replace(demo, depth=depth)], words).batch(torch.tensor([0]))
    missing = batch.points[0].isnan().all(-1)
    assert missing[: 5 * SIZE].all()
    assert not missing[5 * SIZE :].any()


def test_tasks_are_drawn_equally_often_however_many_demonstrations_they_have(data):
    drawn = data.draw(1000, seeded())
    wanted = data.position[data.task == 1]
    of_second = torch.cdist(drawn.position, wanted).amin(1) < 1e-6
    assert 0.43 < of_second.float().mean() < 0.57


def test_every_wording_is_drawn(data):
    drawn = data.draw(64, seeded()).language
    used = {tuple(sentence[0].tolist()) for sentence in drawn}
    assert len(used) == 2
    first = data.batch(torch.arange(8)).language
    assert (first == data.language[0]).all()


def test_sequences_are_consecutive_and_every_start_that_fits_comes(data):
    batch = data.draw_sequences(200, 2, seeded())
    assert batch.valid.all()
    # two key steps of a demonstration are at the same place, with the gripper open and closed
    chains = data.chains.flatten()
    known = {key_of(data.position[i], data.gripper[i]): n for n, i in enumerate(chains)}
    starts = set()
    for positions, grippers in zip(batch.position, batch.gripper, strict=True):
        first, second = (known[key_of(*step)] for step in zip(positions, grippers, strict=True))
        assert second == first + 1
        starts.add(first % 3)
    assert starts == {0, 1}  # the last key step is in a sequence


def test_a_demonstration_shorter_than_a_sequence_is_given_whole(data):
    batch = data.draw_sequences(8, 5, seeded())
    assert batch.valid.tolist() == [[True] * 3 + [False] * 2] * 8
    assert (batch.position[:, 3] == batch.position[:, 2]).all()
    assert batch.points.shape == (8, 5, 2 * SIZE**2, 3)
    # one wording holds for a sequence
    assert (batch.language == batch.language[:, :1]).all()


def test_unlike_cameras_are_refused(demos):
    small = small_demonstration(1)
    from dataclasses import replace

    single = replace(
        small,
        views=('front',),
        colour=small.colour[:, :1],
        depth=small.depth[:, :1],
        intrinsics=small.intrinsics[:1],
        camera_from_world=small.camera_from_world[:, :1],
    )
    with pytest.raises(ValueError, match='one number and size of cameras'):
        load([demos[0], single], words)
    with pytest.raises(ValueError, match='give at least one'):
        load([], words)


def random_batch(seed, steps=None):
    rng = np.random.default_rng(seed)
    shape = (3,) if steps is None else (3, steps)
    low, high = np.array(BOUNDS)
    position = rng.uniform(low, high, (*shape, 3))
    valid = np.ones(shape, bool)
    if steps is not None:
        valid[0, 1:] = False
    return Batch(
        points=torch.from_numpy(rng.uniform(-1, 2, (*shape, 20, 3))).float(),
        colours=torch.zeros(*shape, 20, 3),
        proprio=torch.zeros(*shape, 4),
        language=torch.zeros(*shape, TOKENS, WIDTH),
        position=torch.from_numpy(position).float(),
        quaternion=torch.from_numpy(
            Rotation.random(int(np.prod(shape)), random_state=seed).as_quat().reshape(*shape, 4)
        ).float(),
        gripper=torch.zeros(shape, dtype=torch.long),
        collisions=torch.zeros(shape, dtype=torch.long),
        valid=torch.from_numpy(valid),
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([None, 1, 4]))
def test_what_the_gripper_sees_of_the_cloud_stays_the_same(seed, steps):
    before = random_batch(seed, steps)
    after = augment(before, LIMITS, shift=0.125, yaw=math.pi / 4, generator=seeded(seed))

    def from_the_tip(batch):
        """Points in the frame of the key pose that they belong to."""
        turn = Rotation.from_quat(batch.quaternion.reshape(-1, 4).double().numpy())
        off = (batch.points - batch.position[..., None, :]).reshape(-1, 20, 3).double().numpy()
        return np.stack([r.inv().apply(p) for r, p in zip(turn, off, strict=True)])

    np.testing.assert_allclose(from_the_tip(before), from_the_tip(after), atol=2e-5)
    inside = (after.position >= LIMITS[0] - 1e-5) & (after.position <= LIMITS[1] + 1e-5)
    assert inside.all(-1)[before.valid].all()
    # the vertical stays vertical: heights only shift
    rise = after.points[..., 2] - before.points[..., 2]
    np.testing.assert_allclose(rise, rise[..., :1].expand_as(rise), atol=1e-5)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_sequence_moves_as_one(seed):
    before = random_batch(seed, 4)
    after = augment(before, LIMITS, shift=0.125, yaw=math.pi / 4, generator=seeded(seed))
    apart = [torch.cdist(b.position, b.points.flatten(1, 2)) for b in (before, after)]
    torch.testing.assert_close(*apart, atol=2e-5, rtol=0)


def test_shifts_and_turns_fill_their_ranges_and_no_more():
    position = torch.tensor([0.2, 0.0, 1.1]).expand(4000, 1, 3)
    valid = torch.ones(4000, 1, dtype=torch.bool)
    motion = draw_motion(position, valid, LIMITS, shift=0.125, yaw=math.pi / 4, generator=seeded())
    for values, most in ((motion.yaw, math.pi / 4), (motion.shift, 0.125)):
        assert 0.98 * most < values.abs().max() <= most
        assert values.mean().abs() < 0.03 * most
    corner = draw_motion(
        LIMITS[1].expand(50, 1, 3), valid[:50], LIMITS, shift=0.125, yaw=0.7, generator=seeded()
    )
    assert (corner.shift <= 1e-6).all()


def test_a_sequence_that_would_not_fit_after_a_turn_is_not_turned():
    # the whole diagonal of the bounds fits as it is, and turned by no angle
    ends = torch.stack((LIMITS[0], LIMITS[1]))[None]
    valid = torch.ones(1, 2, dtype=torch.bool)
    motion = draw_motion(ends, valid, LIMITS, shift=0.125, yaw=0.7, generator=seeded())
    assert motion.yaw.item() == 0.0
    torch.testing.assert_close(motion.move(ends), ends, atol=1e-5, rtol=0)


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_angles_are_those_of_scipy(seed):
    turn = Rotation.random(random_state=seed)
    mine = euler_angles(torch.from_numpy(turn.as_quat()))
    np.testing.assert_allclose(mine, turn.as_euler('xyz'), atol=1e-6)


@pytest.mark.parametrize('pitch', [89.5, 90.0, 90.8, -89.3, -90.0])
def test_near_a_quarter_turn_the_third_angle_is_zero(pitch):
    turn = Rotation.from_euler('xyz', [30.0, pitch, 50.0], degrees=True)
    mine = torch.rad2deg(euler_angles(torch.from_numpy(turn.as_quat()))).numpy()
    assert mine[2] == 0.0
    assert abs(mine[1]) == pytest.approx(90.0, abs=1e-6)
    back = Rotation.from_euler('xyz', mine, degrees=True)
    assert np.rad2deg((back.inv() * turn).magnitude()) < 1.5


@settings(deadline=None)
@given(st.tuples(*[st.integers(0, 71)] * 3))
def test_bins_are_those_that_the_policy_reads(bins):
    x, y, z = bins
    if 17 < y < 55:  # bins 18 to 54 hold a pitch of at most a quarter turn
        quaternion = torch.from_numpy(rotation_of_bins(bins))
        again = rotation_of_bins(rotation_bins(quaternion, 72).numpy())
        assert abs(again @ quaternion.numpy()) == pytest.approx(1.0, abs=1e-9)
        if 18 < y < 54:
            assert rotation_bins(quaternion, 72).tolist() == [x, y, z]


def test_a_gripper_that_points_down_has_the_same_bin_on_both_sides_of_half_a_turn():
    for roll in (179.0, -179.0):
        down = Rotation.from_euler('xyz', [roll, 0.0, 20.0], degrees=True).as_quat()
        assert rotation_bins(torch.from_numpy(down), 72).tolist() == [0, 36, 40]


def test_heat_maps_peak_where_the_renderer_draws_the_place_and_sum_to_one():
    place = torch.tensor([[0.25, -0.5, 0.125], [0.0, 0.0, 0.0]])
    maps = heat_maps(place, 64, 1.5)
    torch.testing.assert_close(maps.sum((-2, -1)), torch.ones(2, 3))
    fallen = project(place[:, None], 64)
    peaks = maps.flatten(2).argmax(-1)
    assert (peaks % 64 == fallen.columns[..., 0].round()).all()
    assert (peaks // 64 == fallen.rows[..., 0].round()).all()
    # cut at three standard deviations: 4.5 pixels
    across = (maps[0, 0] > 0).any(0).nonzero()[:, 0]
    assert (across.max() - across.min()).item() == 8
    peak, beside = maps[1, 0, 32, 32], maps[1, 0, 32, 33]
    assert (beside / peak).item() == pytest.approx(math.exp(-0.5 / 1.5**2))


def test_a_place_outside_a_view_asks_nothing_of_it():
    maps = heat_maps(torch.tensor([[3.0, 0.0, 0.0]]), 32, 1.5)
    assert (maps[0, [0, 2]] == 0).all()
    assert (maps[0, 1] > 0).any()
    logits = torch.randn(1, 3, 32, 32, generator=seeded())
    assert heat_map_loss(logits, maps)[0, [0, 2]].tolist() == [0.0, 0.0]


def test_points_outside_the_bounds_are_cropped():
    points = torch.tensor([[0.0, 0.0, 1.0], [0.71, 0.0, 1.0], [0.0, 0.0, torch.nan]])
    assert crop(points, LIMITS).isnan().any(-1).tolist() == [False, True, True]


def test_the_loss_is_least_for_the_right_map_and_peaks_are_compared_in_pixels():
    target = heat_maps(torch.tensor([[0.1, 0.2, 0.3]]), 32, 1.5)
    right = (target + 1e-9).log()
    wrong = right.roll((3, 4), (-2, -1))
    assert (heat_map_loss(right, target) < heat_map_loss(wrong, target)).all()
    assert peak_distance(wrong, target).tolist() == [[5.0] * 3]


def test_hits_count_a_rotation_within_a_bin_around_the_circle():
    class Output:
        coarse_heatmaps = fine_heatmaps = torch.zeros(1, 3, 4, 4)
        rotation = torch.nn.functional.one_hot(torch.tensor([[0, 36, 11]]), 72).float()
        gripper = collisions = torch.tensor([[0.0, 1.0]])

    def shares(bins):
        empty = torch.zeros(1, 3, 4, 4)
        told = Targets(empty, empty, torch.tensor([bins]), torch.tensor([1]), torch.tensor([0]))
        return hits(Output(), told)

    found = shares([71, 37, 10])
    assert (found['rotation_hit'], found['gripper_hit'], found['collisions_hit']) == (1, 1, 0)
    assert shares([70, 36, 11])['rotation_hit'] == 0
