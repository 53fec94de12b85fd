"""Demonstrations in memory and in their compact file."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from small_demonstrations import FRAMES, SIZE, small_demonstration, track_to

from policy_nodes.contract.errors import ContractError
from policy_nodes.training.demonstration_file import (
    read_demonstration,
    read_demonstrations,
    write_demonstration,
)
from policy_nodes.training.demonstrations import demonstration, millimetres
from policy_nodes.training.keyframes import Sample


def test_the_rows_of_the_key_frames_and_of_the_starts_are_kept():
    demo = small_demonstration()
    assert demo.frame.tolist() == [0, 8, 10, 18, 20, 29]
    assert demo.keys == [1, 3, 5]
    assert demo.colour.shape == (6, 2, SIZE, SIZE, 3)


def test_samples_are_told_in_rows():
    demo = small_demonstration()
    assert demo.samples() == [
        *(Sample(0, 1, 0), Sample(1, 3, 1), Sample(3, 5, 2)),
        *(Sample(2, 3, 1), Sample(3, 5, 2)),
        Sample(4, 5, 2),
    ]
    assert demo.samples(every=None) == [Sample(0, 1, 0), Sample(1, 3, 1), Sample(3, 5, 2)]


def test_samples_from_starts_that_were_not_kept_are_refused():
    with pytest.raises(ValueError, match='lacks frame 10'):
        small_demonstration(every=None).samples()


def test_the_flag_of_collisions_is_that_of_the_frame_before():
    # it is set from frame 9 on; the way to key frame 8 was without, the one to 18 with it
    demo = small_demonstration(full=True)
    assert not demo.key_pose(8).ignore_collisions
    assert not demo.key_pose(9).ignore_collisions
    assert demo.key_pose(10).ignore_collisions


def test_a_key_pose_is_where_the_tip_is_at_its_frame():
    demo = small_demonstration()
    track = track_to(demo.tip_position[3], 0.0)
    pose = demo.key_pose(3)
    np.testing.assert_allclose(pose.position[2], track.tip_position[18][2], atol=1e-6)
    assert pose.gripper == 0.0
    assert demo.key_pose(1).gripper == 1.0
    assert pose.quaternion[3] >= 0


def test_keeping_fewer_rows_keeps_what_belongs_to_them():
    full, thin = small_demonstration(full=True), small_demonstration()
    assert full.keep(thin.frame.tolist()).equals(thin)
    assert not full.equals(thin)


def test_depth_is_rounded_to_millimetres_and_absent_where_there_is_none():
    depth = np.array([[0.0014, 1.2345678], [np.nan, np.inf], [-1.0, 70.0]])
    assert millimetres(depth).tolist() == [[1, 1235], [0, 0], [0, 0]]


def test_an_episode_without_images_of_a_key_frame_is_refused():
    with pytest.raises(ValueError, match=r'no images of the frames \[0, 8, 18, 29\]'):
        demonstration(
            track_to(np.zeros(3), 0.0),
            {5: {}},
            task='lift_block',
            variation=0,
            seed=0,
            instructions=('lift',),
            rate=20.0,
        )


@pytest.mark.parametrize(
    ('change', 'said'),
    [
        ({'fingers': np.zeros((6, 3), np.float32)}, r'fingers .* \(6, 3\)'),
        ({'depth': np.zeros((6, 2, 32, 32), np.float32)}, 'depth .* float32'),
        ({'instructions': ()}, 'at least one wording'),
        ({'frame': np.array([0, 8, 8, 18, 20, 29])}, 'do not ascend'),
        ({'key': np.zeros(6, bool)}, 'does not end with a key frame'),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(change, said):
    with pytest.raises(ValueError, match=said):
        replace(small_demonstration(), **change)


@pytest.mark.parametrize('full', [False, True])
def test_a_file_gives_back_what_was_written(tmp_path, full):
    demo = small_demonstration(3, full=full)
    write_demonstration(demo, tmp_path / 'a' / 'demo.npz')
    assert read_demonstration(tmp_path / 'a' / 'demo.npz').equals(demo)
    assert [path.name for path in (tmp_path / 'a').iterdir()] == ['demo.npz']


def test_noisy_images_of_full_range_come_back_too(tmp_path):
    demo = small_demonstration()
    rng = np.random.default_rng(0)
    demo = replace(
        demo,
        colour=rng.integers(0, 256, demo.colour.shape, np.uint8),
        depth=rng.integers(0, 65536, demo.depth.shape, np.uint16),
    )
    write_demonstration(demo, tmp_path / 'demo.npz')
    assert read_demonstration(tmp_path / 'demo.npz').equals(demo)


def test_a_camera_that_stands_costs_next_to_nothing_after_its_first_image(tmp_path):
    demo = small_demonstration(full=True)
    front = replace(
        demo,
        views=('front',),
        colour=demo.colour[:, :1],
        depth=demo.depth[:, :1],
        intrinsics=demo.intrinsics[:1],
        camera_from_world=demo.camera_from_world[:, :1],
    )
    write_demonstration(front, tmp_path / 'demo.npz')
    raw = front.colour.nbytes + front.depth.nbytes
    assert (tmp_path / 'demo.npz').stat().st_size < raw / 20


def test_a_folder_is_read_in_order_and_an_empty_one_refused(tmp_path):
    for seed in (2, 0, 1):
        write_demonstration(small_demonstration(seed), tmp_path / 'lift' / f'{seed}.npz')
    assert [demo.seed for demo in read_demonstrations(tmp_path)] == [0, 1, 2]
    (tmp_path / 'none').mkdir()
    with pytest.raises(ContractError, match='holds no demonstration'):
        read_demonstrations(tmp_path / 'none')


def saved(file, **changes) -> None:
    """Write a sound file, then change arrays of it; None leaves one out."""
    write_demonstration(small_demonstration(), file)
    with np.load(file) as archive:
        arrays = dict(archive) | changes
    np.savez(file, **{name: value for name, value in arrays.items() if value is not None})


def told(**about) -> np.ndarray:
    return np.frombuffer(json.dumps(about).encode(), np.uint8)


@pytest.mark.parametrize(
    ('changes', 'said'),
    [
        ({'joints': None}, 'missing or unknown: joints'),
        ({'extra': np.zeros(2)}, 'missing or unknown: extra'),
        ({'joints': np.zeros((5, 7), np.float32)}, r'joints .* \(5, 7\)'),
        ({'about': told(format=2)}, 'not of format 1'),
        ({'about': told(format=1, task='x')}, 'about: missing or unknown'),
        ({'about': np.frombuffer(b'{', np.uint8)}, 'do not fit'),
        ({'camera_from_world': np.zeros(3, np.float32)}, 'do not fit'),
    ],
)
def test_a_file_that_is_no_demonstration_is_refused_with_its_name(tmp_path, changes, said):
    saved(tmp_path / 'demo.npz', **changes)
    with pytest.raises(ContractError, match=said) as refused:
        read_demonstration(tmp_path / 'demo.npz')
    assert 'demo.npz' in str(refused.value)


def test_the_frames_of_a_full_track_are_as_many_as_it_has():
    assert len(small_demonstration(full=True).frame) == FRAMES
