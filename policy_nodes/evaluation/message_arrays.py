"""Turns recorded messages into the arrays of `episode_streams`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from policy_nodes.evaluation.episode_streams import (
    Commands,
    Floats,
    Inference,
    Motion,
    Obstacles,
    People,
    Safety,
    Scan,
)
from policy_nodes.evaluation.recording_reader import Recorded
from policy_nodes.geometry.frames import rotate, yaw_from_quaternion

NANO = 1_000_000_000
_OCCLUDED = 2  # TrackedPerson.OCCLUDED
_CUBE, _CYLINDER, _LINE_STRIP, _LINE_LIST = 1, 3, 4, 5  # visualization_msgs/Marker
_DELETE, _DELETE_ALL = 2, 3


def stamp_ns(message: Any) -> int:
    """Return the stamp of a message [ns]."""
    stamp = message.header.stamp
    return stamp.sec * NANO + stamp.nanosec


def yaw_of(orientation: Any) -> float:
    """Return the turn about z of a quaternion [rad]."""
    quaternion = (orientation.x, orientation.y, orientation.z, orientation.w)
    return yaw_from_quaternion(np.array(quaternion))


def motion(messages: Sequence[Any], zero_ns: int) -> Motion:
    """Read odometry."""
    rows = [
        (
            (stamp_ns(each) - zero_ns) / NANO,
            each.pose.pose.position.x,
            each.pose.pose.position.y,
            yaw_of(each.pose.pose.orientation),
            each.twist.twist.linear.x,
            each.twist.twist.angular.z,
        )
        for each in messages
    ]
    table = _table(rows, 6)
    return Motion(table[:, 0], table[:, 1:4], table[:, 4:6])


def commands(recorded: Sequence[tuple[Recorded, Any]], zero_ns: int) -> Commands:
    """Read stamped twists together with when they were received."""
    stamps = np.array([stamp_ns(message) for _, message in recorded], dtype=np.int64)
    logged = np.array([each.log_time_ns for each, _ in recorded], dtype=np.int64)
    rows = [(m.twist.linear.x, m.twist.angular.z) for _, m in recorded]
    return Commands((stamps - zero_ns) / NANO, _table(rows, 2), stamps, logged)


def people(message: Any, zero_ns: int) -> People:
    """Read a list of people."""
    persons = message.persons
    return People(
        (stamp_ns(message) - zero_ns) / NANO,
        np.array([each.id for each in persons], dtype=np.int64),
        _table([(each.position.x, each.position.y) for each in persons], 2),
        np.array([each.radius for each in persons], dtype=np.float64),
        np.array([each.state == _OCCLUDED for each in persons], dtype=bool),
    )


def scan(message: Any, zero_ns: int) -> Scan:
    """Read a scan."""
    return Scan(
        (stamp_ns(message) - zero_ns) / NANO,
        message.header.frame_id,
        message.angle_min,
        message.angle_increment,
        message.range_max,
        message.ranges,
    )


def safety(messages: Sequence[Any], zero_ns: int) -> Safety:
    """Read the decisions of the safety controller."""
    return Safety(
        _times(messages, zero_ns),
        np.array([each.level for each in messages], dtype=np.int64),
        [tuple(each.reasons) for each in messages],
        [each.source for each in messages],
        np.array([each.tick_ms for each in messages], dtype=np.float64),
    )


def inference(messages: Sequence[Any], zero_ns: int) -> Inference:
    """Read how the policy did."""
    return Inference(
        _times(messages, zero_ns),
        np.array([each.inference_ms for each in messages], dtype=np.float64),
        [tuple(each.missing) for each in messages],
    )


def obstacles(messages: Sequence[Any]) -> Obstacles:
    """Read markers: cubes, cylinders, line lists and line strips; later ones replace earlier."""
    standing: dict[tuple[str, int], Any] = {}
    for message in messages:
        for marker in message.markers:
            if marker.action == _DELETE_ALL:
                standing.clear()
            elif marker.action == _DELETE:
                standing.pop((marker.ns, marker.id), None)
            else:
                standing[marker.ns, marker.id] = marker
    boxes, discs, segments = [], [], []
    for marker in standing.values():
        if marker.type == _CUBE:
            half = np.array([marker.scale.x, marker.scale.y]) / 2
            corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
            boxes.append(_placed(corners, marker.pose))
        elif marker.type == _CYLINDER:
            discs.append((marker.pose.position.x, marker.pose.position.y, marker.scale.x / 2))
        elif marker.type in (_LINE_LIST, _LINE_STRIP):
            points = _placed(_table([(each.x, each.y) for each in marker.points], 2), marker.pose)
            step = 2 if marker.type == _LINE_LIST else 1
            starts, ends = points[:-1:step], points[1::step]
            segments += [(*start, *end) for start, end in zip(starts, ends, strict=True)]
    return Obstacles(
        np.array(boxes, dtype=np.float64).reshape(-1, 4, 2), _table(discs, 3), _table(segments, 4)
    )


def _placed(points: Floats, pose: Any) -> Floats:
    """Move points (n, 2) from the frame of a pose to the frame that the pose is given in."""
    shift = np.array([pose.position.x, pose.position.y])
    return shift + rotate(points, yaw_of(pose.orientation))


def _times(messages: Sequence[Any], zero_ns: int) -> Floats:
    stamps = np.array([stamp_ns(each) for each in messages], dtype=np.int64)
    return (stamps - zero_ns) / NANO


def _table(rows: Sequence[tuple[float, ...]], columns: int) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(-1, columns)
