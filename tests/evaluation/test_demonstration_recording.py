"""A demonstration as an MCAP file, read back by our own reader."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

sys.path.insert(0, str(Path(__file__).parent.parent / 'training'))

from small_demonstrations import SIZE, VIEWS, small_demonstration

from policy_nodes.evaluation.demonstration_recording import record_demonstration
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import read_recording


@pytest.fixture(scope='module')
def recorded(tmp_path_factory):
    demo = small_demonstration(1)
    path = record_demonstration(demo, tmp_path_factory.mktemp('mcap') / 'demo.mcap')
    return demo, read_recording(path)


def messages(recording, topic):
    return [each.decode() for each in recording.messages(topic)]


def test_every_frame_is_on_the_topics_of_the_simulator(recorded):
    demo, recording = recorded
    rows = len(demo.frame)
    counts = {name: topic.count for name, topic in recording.topics.items()}
    assert counts.pop('/task_goal') == 1
    cameras = {
        f'/{view}/{kind}': rows
        for view in VIEWS
        for kind in ('color/image_raw', 'depth/image_raw', 'color/camera_info')
    }
    assert counts == cameras | {'/joint_states': rows, '/reached_pose': rows, '/tf': rows}
    assert recording.complete
    assert not any(topic.undecodable for topic in recording.topics.values())


def test_frames_are_stamped_by_their_number(recorded):
    demo, recording = recorded
    stamps = [each.publish_time_ns for each in recording.messages('/joint_states')]
    assert stamps == [frame * 50_000_000 for frame in demo.frame]


def test_images_and_cameras_are_those_of_the_demonstration(recorded):
    demo, recording = recorded
    colour = messages(recording, '/wrist/color/image_raw')[3]
    depth = messages(recording, '/wrist/depth/image_raw')[3]
    info = messages(recording, '/wrist/color/camera_info')[3]
    assert (colour.encoding, depth.encoding) == ('rgb8', '32FC1')
    assert colour.header.frame_id == info.header.frame_id == 'wrist_optical_frame'
    np.testing.assert_array_equal(colour.data.reshape(SIZE, SIZE, 3), demo.colour[3, 1])
    metres = depth.data.view(np.float32).reshape(SIZE, SIZE)
    np.testing.assert_array_equal(np.rint(metres * 1000), demo.depth[3, 1])
    np.testing.assert_array_equal(info.k.reshape(3, 3), demo.intrinsics[1])


def test_the_tree_of_frames_says_where_the_cameras_are(recorded):
    demo, recording = recorded
    wrist = messages(recording, '/tf')[3].transforms[1]
    assert (wrist.header.frame_id, wrist.child_frame_id) == ('world', 'wrist_optical_frame')
    place, turn = wrist.transform.translation, wrist.transform.rotation
    rotation = Rotation.from_quat([turn.x, turn.y, turn.z, turn.w]).as_matrix()
    camera = demo.camera_from_world[3, 1]
    np.testing.assert_allclose(rotation.T, camera[:3, :3], atol=1e-6)
    np.testing.assert_allclose(-rotation.T @ [place.x, place.y, place.z], camera[:3, 3], atol=1e-6)


def test_key_frames_have_a_confidence_and_the_others_none(recorded):
    demo, recording = recorded
    reached = messages(recording, '/reached_pose')
    assert [pose.confidence for pose in reached] == demo.key.astype(float).tolist()
    assert [pose.sequence for pose in reached] == demo.frame.tolist()
    assert reached[3].gripper == 0.0
    assert reached[3].ignore_collisions
    assert reached[3].pose.position.z == pytest.approx(0.8, abs=1e-6)


def test_the_task_is_told_in_words_and_in_the_metadata(recorded):
    demo, recording = recorded
    goal = messages(recording, '/task_goal')[0]
    assert (goal.task, goal.instruction) == ('lift_block', demo.instructions[0])
    about = recording.metadata['demonstration']
    assert about['key_frames'] == '8 18 29'
    assert about['variation'] == str(demo.variation)


def test_a_file_that_is_there_is_not_written_over(tmp_path):
    path = tmp_path / 'demo.mcap'
    path.touch()
    with pytest.raises(RecordingError):
        record_demonstration(small_demonstration(every=None), path)
