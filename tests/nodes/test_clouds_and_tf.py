"""S7, S12, S24 with a real controller: point clouds, the tf that places them, markers."""

from __future__ import annotations

import time

import numpy as np
import pytest
from geometry_msgs.msg import TransformStamped
from node_process import CONFIG
from rclpy.time import Time
from safety_rig import BRAKING, CONTROLLER, FULL_SPEED, LOAD, SENSOR_TIMEOUT, WATCHDOG
from sensor_msgs.msg import PointCloud2, PointField
from tf2_ros import (
    Buffer,
    StaticTransformBroadcaster,
    TransformBroadcaster,
    TransformListener,
)
from visualization_msgs.msg import Marker, MarkerArray

from policy_nodes.nodes import qos
from policy_nodes.nodes.mounts import TfMounts
from policy_nodes.nodes.safety_markers import COLOURS
from policy_nodes.safety.ladder import Level

SHORT = WATCHDOG + BRAKING + LOAD
TRANSFORM_TIMEOUT = 0.2
CLOUD_PERIOD = 0.1
FLOOR = [(1.0, 0.0, -0.3), (0.5, 0.3, -0.3)]  # of a camera at a height of 0.3 m


@pytest.fixture(scope='module')
def controller(processes):
    """A controller that sees by a camera on a mast that may turn, beside the scan."""
    file = CONFIG / 'turtlebot' / 'safety_controller.yaml'
    changes = ('points.enabled:=true', 'points.frame:=camera')
    given = [word for change in changes for word in ('-p', change)]
    return processes('safety_controller', '--params-file', str(file), *given)


class Camera:
    """Publishes clouds and, while it is told to, where it sits.

    Attributes:
        points: of each cloud (n, 3) [m]; None publishes none.
        placed: the mast says where it stands.
        cut: bytes that are missing.
    """

    def __init__(self, rig) -> None:
        self.rig = rig
        self.points, self.placed, self.cut = list(FLOOR), True, 0
        self.clouds = rig.node.create_publisher(PointCloud2, 'points', qos.SENSOR_OUT)
        self.mast = TransformBroadcaster(rig.node)
        self.fixed = StaticTransformBroadcaster(rig.node)
        self.fixed.sendTransform(self.transform('mast', 'camera'))
        self.timer = rig.node.create_timer(CLOUD_PERIOD, self.look)
        self.turner = rig.node.create_timer(0.05, self.place)

    def transform(self, parent: str, child: str, z: float = 0.0) -> TransformStamped:
        found = TransformStamped(child_frame_id=child)
        found.header.stamp, found.header.frame_id = self.rig.stamp(), parent
        found.transform.translation.z, found.transform.rotation.w = z, 1.0
        return found

    def place(self) -> None:
        if self.placed:
            self.mast.sendTransform(self.transform('base_link', 'mast', 0.3))

    def look(self) -> None:
        if self.points is None:
            return
        data = np.array(self.points, dtype=np.float32).reshape(-1, 3)
        message = PointCloud2(height=1, width=len(data), point_step=12, row_step=12 * len(data))
        message.header.stamp, message.header.frame_id = self.rig.stamp(), 'camera'
        message.fields = [
            PointField(name=axis, offset=4 * at, datatype=PointField.FLOAT32, count=1)
            for at, axis in enumerate('xyz')
        ]
        message.data = data.tobytes()[: data.nbytes - self.cut]
        self.clouds.publish(message)

    def close(self) -> None:
        for timer in (self.timer, self.turner):
            self.rig.node.destroy_timer(timer)
        for publisher in (self.clouds, self.mast.pub_tf, self.fixed.pub_tf):
            self.rig.node.destroy_publisher(publisher)


@pytest.fixture
def camera(workshop):
    found = Camera(workshop)
    yield found
    found.close()


@pytest.fixture
def driven(camera, rig):
    """The base drives at full speed, and the camera sees nothing in its way."""
    rig.until(camera.clouds.get_subscription_count)
    rig.drive()
    return rig


def test_s12_what_the_cloud_alone_sees_stops_the_base(driven, camera):
    begin = time.monotonic()
    camera.points = [*FLOOR, (0.2, 0.0, 0.1)]
    driven.until(lambda: driven.sent == (0.0, 0.0), what='the base drives into it')
    assert {'zone_stop', 'approach_stop'} & driven.reasons_since(begin)
    camera.points = list(FLOOR)
    driven.until(lambda: driven.sent == (FULL_SPEED, 0.0), what='a free way is not driven')
    driven.check_limits()


def test_s7_without_clouds_the_base_stops(driven, camera, reaction):
    taken = driven.time_to_rest(lambda: setattr(camera, 'points', None))
    bound = SENSOR_TIMEOUT + CLOUD_PERIOD + SHORT
    reaction('S7', 'the point cloud silent', taken, bound)
    driven.until(lambda: 'source_silent' in driven.state.reasons)
    assert driven.state.source == 'points'
    camera.points = list(FLOOR)
    driven.until(lambda: driven.sent == (FULL_SPEED, 0.0), what='Hold did not lead back')


def test_s3_damaged_clouds_are_none(driven, camera, reaction):
    taken = driven.time_to_rest(lambda: setattr(camera, 'cut', 5))
    bound = SENSOR_TIMEOUT + CLOUD_PERIOD + SHORT
    reaction('S3', 'point clouds cut short', taken, bound)
    assert driven.state.source == 'points'
    assert 'internal_error' not in driven.state.reasons


def test_s7_losing_tf_stops_the_base_and_it_goes_on_when_tf_is_back(driven, camera, reaction):
    begin = time.monotonic()
    taken = driven.time_to_rest(lambda: setattr(camera, 'placed', False))
    bound = TRANSFORM_TIMEOUT + CLOUD_PERIOD + SHORT
    reaction('S7', 'tf of the camera lost', taken, bound)
    assert 'transform_lost' in driven.reasons_since(begin)
    driven.until(lambda: driven.state.reasons[:1] == ['transform_lost'])
    assert driven.state.source == 'points'
    assert driven.state.level == Level.HOLD
    driven.stays_at_rest(0.5)
    camera.placed = True
    driven.until(lambda: driven.sent == (FULL_SPEED, 0.0), what='Hold did not lead back')
    driven.check_limits()


def test_a_mount_that_never_moves_has_no_stamp_and_one_that_is_unknown_is_none(workshop, camera):
    mounts = TfMounts(workshop.node, 'mast', {'points': 'camera', 'scan': 'nowhere'})
    now_ns = workshop.now_ns()
    found = workshop.until(lambda: mounts.mount('points', now_ns))
    assert found.stamp_ns is None
    assert mounts.mount('scan', now_ns) is None
    assert mounts.mount('odometry', now_ns) is None


def test_s4_tf_of_before_a_clock_jump_is_forgotten_and_news_count_again(workshop, camera):
    mounts = TfMounts(workshop.node, 'body', {'points': 'head'})
    ahead = camera.transform('body', 'head')
    ahead.header.stamp.sec += 60

    def place_and_ask(transform):
        camera.mast.sendTransform(transform)
        return mounts.mount('points', workshop.now_ns())

    # hears what the one before it hears
    witness = Buffer()
    listener = TransformListener(witness, workshop.node)

    def heard():
        camera.mast.sendTransform(ahead)
        return witness.can_transform('body', 'head', Time())

    workshop.until(heard)
    listener.unregister()
    assert mounts.mount('points', workshop.now_ns()) is None
    found = workshop.until(lambda: place_and_ask(camera.transform('body', 'head', 0.5)))
    assert found.translation.tolist() == [0.0, 0.0, 0.5]
    assert abs(found.stamp_ns - workshop.now_ns()) < 5e9


def test_s24_zones_are_drawn_by_their_state_and_only_when_something_changed(camera, workshop, rig):
    pictures = rig.keep(MarkerArray, f'{CONTROLLER}/zones', qos.LATCHED)

    def zone():
        found = [each for each in pictures[-1][1].markers if each.ns == 'zone touch']
        return found[0] if found else None

    def colour(state):
        mark = zone()
        return mark is not None and np.allclose(
            (mark.color.r, mark.color.g, mark.color.b), COLOURS[state]
        )

    def words():
        return next(mark.text for mark in pictures[-1][1].markers if mark.ns == 'reason')

    rig.until(lambda: pictures and colour('clear'), what='no zones came')
    assert pictures[-1][1].markers[0].action == Marker.DELETEALL
    assert zone().header.frame_id == 'base_link'
    assert np.hypot(zone().points[0].x, zone().points[0].y) == pytest.approx(0.2)
    rig.drive(0.2)
    camera.points = [*FLOOR, (0.15, 0.0, 0.1)]
    rig.until(lambda: colour('stop'), what='what stands in a zone does not colour it')
    rig.until(lambda: words() == 'Hold: zone_stop (touch)', what='no words say why')
    camera.points = list(FLOOR)
    rig.policy = None
    rig.until(lambda: colour('clear'))
    arrivals = [at for at, _ in pictures]
    assert len(arrivals) <= 2 + 5 * (arrivals[-1] - arrivals[0])
