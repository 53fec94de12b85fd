"""People found in sweeps: from a lidar's points to tracked people, in real processes."""

from itertools import islice

import numpy as np
import pytest
from geometry_msgs.msg import TransformStamped
from sensor_msgs.msg import PointCloud2
from tf2_ros import StaticTransformBroadcaster
from vision_msgs.msg import Detection3DArray

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.samples import PointsSample
from policy_nodes.nodes import qos
from policy_nodes.nodes.translate_clouds import boxes_message, boxes_sample, points_message
from policy_nodes.perception.people_detector_checkpoint import load_people_detector
from policy_nodes.training.lidar_scenes import scenes
from policy_stack.msg import TrackedPersons

PATIENCE = 60.0


@pytest.fixture(scope='module')
def scene():
    """A sweep with several people who are seen well."""
    return next(
        each
        for each in islice(scenes(901, vary=False), 50)
        if (each.seen > 150).sum() >= 3 and np.abs(each.people[:, :2]).max() < 8
    )


@pytest.fixture(scope='module')
def graph(processes, station):
    """A detector that looks through a lidar on a mast, and a tracker that listens to it."""
    detector = processes('people_detector', '-p', 'sensor_frame:=lidar')
    processes('people_tracker', '-p', 'input:=boxes', '-p', 'odom_frame:=base_link')
    mast = TransformStamped()
    mast.header.frame_id, mast.child_frame_id = 'base_link', 'lidar'
    mast.transform.translation.z, mast.transform.rotation.w = 0.4, 1.0
    station.mast = StaticTransformBroadcaster(station.node)
    station.mast.sendTransform(mast)
    for node in ('people_detector', 'people_tracker'):
        station.bring_up(node)
    return detector


def shown(station, graph, points, frame='lidar', stamp_ns=None):
    """Publish sweeps until boxes come; returns the newest."""
    station.sweeps = getattr(station, 'sweeps', None) or station.node.create_publisher(
        PointCloud2, 'points', qos.SENSOR_OUT
    )
    boxes = station.keep(Detection3DArray, 'people_boxes', qos.SENSOR_OUT)

    def show():
        now = station.node.get_clock().now().nanoseconds if stamp_ns is None else stamp_ns
        station.sweeps.publish(points_message(PointsSample(now, frame, points)))
        return boxes

    station.until(show, PATIENCE, f'no boxes came: {graph.said()[-500:]}')
    return boxes[-1][1]


def test_people_in_a_sweep_become_boxes_and_then_tracks(station, graph, scene):
    lowered = scene.points - np.array((0, 0, 0.4, 0), np.float32)
    tracks = station.keep(TrackedPersons, 'tracked_people', qos.SENSOR_OUT)
    message = shown(station, graph, lowered)
    assert message.header.frame_id == 'base_link'
    # what the lidar tells is lifted to the robot's frame by tf
    checkpoint = Checkpoint.open(resolve_checkpoint('people_detector'))
    wanted = load_people_detector(checkpoint).find(scene.points)
    assert len(wanted) >= 3
    np.testing.assert_allclose(boxes_sample(message).positions, wanted[:, :2], atol=1e-2)
    for found in message.detections:
        assert found.results[0].hypothesis.class_id == 'person'
        assert 0.3 <= found.results[0].hypothesis.score <= 1.0
        assert 1.0 < found.bbox.size.z < 2.2
    known = lambda: tracks and len(tracks[-1][1].persons) == len(wanted)  # noqa: E731 a condition
    station.until(lambda: shown(station, graph, lowered) and known(), PATIENCE, 'no tracks came')


@pytest.mark.parametrize(
    ('damage', 'sentence'),
    [
        (lambda m: setattr(m.header, 'frame_id', 'elsewhere'), "in frame 'elsewhere'"),
        (lambda m: setattr(m, 'row_step', 3), 'do not hold'),
        (lambda m: setattr(m, 'fields', m.fields[:2]), 'no field z'),
    ],
)
def test_a_sweep_that_cannot_be_read_is_named_and_the_next_one_is_looked_at(
    station, graph, scene, damage, sentence
):
    now = station.node.get_clock().now().nanoseconds
    message = points_message(PointsSample(now, 'lidar', scene.points[:100]))
    damage(message)
    shown(station, graph, scene.points)
    station.until(
        lambda: station.sweeps.publish(message) or sentence in graph.said(), PATIENCE, graph.said()
    )
    assert shown(station, graph, scene.points).header.frame_id == 'base_link'


def test_boxes_of_other_things_are_no_people():
    message = boxes_message(np.ones((2, 8)), 5, 'base_link')
    message.detections[0].results[0].hypothesis.class_id = 'car'
    assert boxes_sample(message).positions.shape == (1, 2)
