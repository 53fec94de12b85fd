"""Transforms of point clouds."""

from __future__ import annotations

from typing import Any

import numpy as np
from geometry_msgs.msg import Transform, TransformStamped
from numpy.lib.recfunctions import structured_to_unstructured, unstructured_to_structured
from sensor_msgs.msg import PointCloud2
from sensor_msgs_py.point_cloud2 import create_cloud, read_points
from std_msgs.msg import Header
from tf2_py.rotation import normalized, rotate
from tf2_ros.buffer_interface import ConvertRegistration, TransformRegistration

_AXES = ['x', 'y', 'z']


def to_msg_msg(msg: Any) -> Any:
    """Return a message as it is."""
    return msg


def from_msg_msg(msg: Any) -> Any:
    """Return a message as it is."""
    return msg


def transform_points(point_cloud: np.ndarray, transform: Transform) -> np.ndarray:
    """Return points in the target frame of a transform.

    Args:
        point_cloud: (..., 3).
        transform: a rotation of length 0 stands for none.
    """
    t, r = transform.translation, transform.rotation
    turn = np.eye(3)
    if any((r.x, r.y, r.z, r.w)):
        rotation = normalized((r.x, r.y, r.z, r.w))
        # Rows are the images of the axes, as points stand in rows.
        turn = np.array([rotate(rotation, (row[0], row[1], row[2])) for row in np.eye(3)])
    return point_cloud @ turn + (t.x, t.y, t.z)


def do_transform_cloud(cloud: PointCloud2, transform: Transform | TransformStamped) -> PointCloud2:
    """Return a cloud in the target frame of a transform; fields other than x, y, z stay.

    Raises:
        AssertionError: the cloud lacks x, y or z.
    """
    header = Header(stamp=cloud.header.stamp, frame_id=cloud.header.frame_id)
    if isinstance(transform, TransformStamped):
        header.frame_id = transform.header.frame_id
        transform = transform.transform
    names = [field.name for field in cloud.fields]
    assert set(_AXES) <= set(names), (
        f'Point cloud needs the fields x, y, and z for the transformation; it has {names}'
    )
    # A copy: the message must not change.
    points = read_points(cloud).copy()
    moved = transform_points(structured_to_unstructured(points[_AXES]), transform)
    points[_AXES] = unstructured_to_structured(moved, names=_AXES)
    return create_cloud(header, cloud.fields, points, cloud.point_step)


TransformRegistration().add(PointCloud2, do_transform_cloud)
ConvertRegistration().add_to_msg(PointCloud2, to_msg_msg)
ConvertRegistration().add_from_msg(PointCloud2, from_msg_msg)
