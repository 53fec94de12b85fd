"""Bags with dangers whose answers are known, in every format."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rosbags import rosbag1, rosbag2
from rosbags.typesys import Stores, get_typestore

from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.message_definitions import message_definition, type_store
from policy_nodes.evaluation.recording_writer import RecordingWriter

NANO = 10**9
START = 1_700_000_000 * NANO
SCAN, ODOM = 'sensor_msgs/msg/LaserScan', 'nav_msgs/msg/Odometry'
TWIST, TWIST_STAMPED = 'geometry_msgs/msg/Twist', 'geometry_msgs/msg/TwistStamped'
RAYS = 360
BODY = 0.25  # radius of the robot in the parameters of `safety_file` [m]


@dataclass(frozen=True)
class Scene:
    """A robot that drives along x with `speed`; its ways are lines and its people discs.

    A person keeps `ahead` metres (to the surface) before the robot from `person[0]` to
    `person[1]` seconds. The robot stands from `stops` on, though it is asked to go on.
    """

    duration: float = 12.0
    speed: float = 0.4
    wall: float = 100.0
    person: tuple[float, float] | None = None
    ahead: float = 0.6
    stops: float = math.inf
    odometry: bool = True
    stamped: bool = True
    clock_ahead: float = 0.0  # of the stamps, before the times of receipt [s]

    def x(self, time: float) -> float:
        return self.speed * min(time, self.stops)

    def ranges(self, time: float) -> np.ndarray:
        angles = -math.pi + 2 * math.pi / RAYS * np.arange(RAYS)
        ranges = np.full(RAYS, np.inf)
        forward = np.cos(angles) > 1e-6
        ranges[forward] = (self.wall - self.x(time)) / np.cos(angles[forward])
        if self.person and self.person[0] <= time < self.person[1]:
            radius = 0.2
            centre = self.ahead + radius
            root = radius**2 - (centre * np.sin(angles)) ** 2
            hit = (root >= 0) & forward
            ranges[hit] = np.minimum(
                ranges[hit], centre * np.cos(angles[hit]) - np.sqrt(root[hit])
            )
        return np.where(ranges > 10.0, np.inf, ranges).astype(np.float32)


# somebody steps in front and walks ahead of the robot for five seconds
PERSON = Scene(person=(3.05, 8.05))
# the robot drives at a wall and stops by itself 3 cm before its body touches it
WALL = Scene(wall=4.0, stops=9.3)


class Messages:
    """Builds messages of ROS 1 or of ROS 2."""

    def __init__(self, *, ros1: bool = False) -> None:
        self.ros1 = ros1
        self.ahead = 0.0
        self.store = get_typestore(Stores.ROS1_NOETIC) if ros1 else type_store()

    def header(self, time: float, frame: str) -> Any:
        at = START + round((time + self.ahead) * NANO)
        stamp = self.store.types['builtin_interfaces/msg/Time'](sec=at // NANO, nanosec=at % NANO)
        more = {'seq': 0} if self.ros1 else {}
        return self.store.types['std_msgs/msg/Header'](stamp=stamp, frame_id=frame, **more)

    def scan(self, scene: Scene, time: float) -> Any:
        step = 2 * math.pi / RAYS
        return self.store.types[SCAN](
            header=self.header(time, 'base_link'),
            angle_min=-math.pi,
            angle_max=math.pi - step,
            angle_increment=step,
            time_increment=0.0,
            scan_time=0.1,
            range_min=0.05,
            range_max=10.0,
            ranges=scene.ranges(time),
            intensities=np.zeros(0, dtype=np.float32),
        )

    def odometry(self, scene: Scene, time: float) -> Any:
        types = self.store.types
        speed = scene.speed if time < scene.stops else 0.0
        pose = types['geometry_msgs/msg/Pose'](
            position=types['geometry_msgs/msg/Point'](x=scene.x(time), y=0.0, z=0.0),
            orientation=types['geometry_msgs/msg/Quaternion'](x=0.0, y=0.0, z=0.0, w=1.0),
        )
        return types[ODOM](
            header=self.header(time, 'odom'),
            child_frame_id='base_link',
            pose=types['geometry_msgs/msg/PoseWithCovariance'](pose=pose, covariance=np.zeros(36)),
            twist=types['geometry_msgs/msg/TwistWithCovariance'](
                twist=self.twist(speed), covariance=np.zeros(36)
            ),
        )

    def twist(self, v: float) -> Any:
        vector = self.store.types['geometry_msgs/msg/Vector3']
        return self.store.types[TWIST](
            linear=vector(x=v, y=0.0, z=0.0), angular=vector(x=0.0, y=0.0, z=0.0)
        )

    def stamped(self, v: float, time: float) -> Any:
        header = self.header(time, 'base_link')
        return self.store.types[TWIST_STAMPED](header=header, twist=self.twist(v))

    def of(self, scene: Scene) -> Iterator[tuple[int, str, str, Any]]:
        """Time [ns], topic, type and message of a scene, in order of time."""
        self.ahead = scene.clock_ahead
        for tick in range(round(scene.duration / 0.1) + 1):
            time = tick * 0.1
            at = START + round(time * NANO)
            yield at, '/scan', SCAN, self.scan(scene, time)
            if scene.odometry:
                yield at, '/odom', ODOM, self.odometry(scene, time)
            if scene.stamped:
                message = self.stamped(scene.speed, time)
                yield at, '/navigation_policy/cmd_vel', TWIST_STAMPED, message
            else:
                yield at, '/navigation_policy/cmd_vel', TWIST, self.twist(scene.speed)


def as_mcap(scene: Scene, folder: Path) -> Path:
    """Our own recorder's format, zstd."""
    path, messages = folder / 'danger.mcap', Messages()
    with RecordingWriter(path) as writer:
        for at, topic, kind, message in messages.of(scene):
            payload = bytes(messages.store.serialize_cdr(message, kind))
            writer.write(
                topic, kind, message_definition(kind), payload, at, at, offered_qos(depth=1)
            )
    return path


def _rosbag2(scene: Scene, path: Path, plugin: rosbag2.StoragePlugin, *, packed: bool) -> Path:
    messages, connections = Messages(), {}
    writer = rosbag2.Writer(path, version=9, storage_plugin=plugin)
    if packed:
        writer.set_compression(rosbag2.CompressionMode.MESSAGE, rosbag2.CompressionFormat.ZSTD)
    with writer:
        for at, topic, kind, message in messages.of(scene):
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, kind, typestore=messages.store)
            writer.write(connections[topic], at, messages.store.serialize_cdr(message, kind))
    return path


def as_sqlite_folder(scene: Scene, folder: Path) -> Path:
    return _rosbag2(scene, folder / 'sqlite', rosbag2.StoragePlugin.SQLITE3, packed=False)


def as_packed_sqlite(scene: Scene, folder: Path) -> Path:
    return _rosbag2(scene, folder / 'packed', rosbag2.StoragePlugin.SQLITE3, packed=True)


def as_database(scene: Scene, folder: Path) -> Path:
    return as_sqlite_folder(scene, folder) / 'sqlite.db3'


def as_mcap_folder(scene: Scene, folder: Path) -> Path:
    return _rosbag2(scene, folder / 'mcap', rosbag2.StoragePlugin.MCAP, packed=False)


def as_ros1(scene: Scene, folder: Path) -> Path:
    path, messages, connections = folder / 'danger.bag', Messages(ros1=True), {}
    with rosbag1.Writer(path) as writer:
        for at, topic, kind, message in messages.of(scene):
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, kind, typestore=messages.store)
            writer.write(connections[topic], at, messages.store.serialize_ros1(message, kind))
    return path


FORMATS: tuple[Callable[[Scene, Path], Path], ...] = (
    as_mcap,
    as_sqlite_folder,
    as_packed_sqlite,
    as_database,
    as_mcap_folder,
    as_ros1,
)


def config_file(name: str) -> Path:
    """A file of config/replay."""
    return share_folders()[0] / 'config' / 'replay' / name


def safety_file(folder: Path, *, zone: bool = True) -> Path:
    """Parameters with a stop zone of one metre, or with the approach model alone."""
    file = config_file('standing_lidar_safety.yaml')
    values = yaml.safe_load(file.read_text(encoding='utf-8'))
    if not zone:
        del values['/**']['ros__parameters']['zones']
    path = folder / 'safety.yaml'
    path.write_text(yaml.safe_dump(values), encoding='utf-8')
    return path


def map_file(folder: Path, **entries: Any) -> Path:
    """A topic map of the scenes, with some entries replaced; None leaves one out."""
    values: dict[str, Any] = {
        'scans': {'only': {'topic': '/scan'}},
        'odometry': {'topic': '/odom'},
        'proposal': {'topic': '/navigation_policy/cmd_vel'},
    }
    values |= entries
    path = folder / 'topics.yaml'
    text = yaml.safe_dump({name: value for name, value in values.items() if value is not None})
    path.write_text(text, encoding='utf-8')
    return path
