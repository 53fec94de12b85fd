"""Transforms of points, vectors, poses, polygons and covariances."""

from __future__ import annotations

from typing import Any

import numpy as np
from geometry_msgs.msg import (
    Point32,
    PointStamped,
    PolygonStamped,
    Pose,
    PoseStamped,
    PoseWithCovarianceStamped,
    TransformStamped,
    Vector3Stamped,
)
from tf2_py.rotation import Quaternion, Vector, add, multiply, normalized, rotate
from tf2_ros.buffer_interface import ConvertRegistration, TransformRegistration


def to_msg_msg(msg: Any) -> Any:
    """Return a message as it is."""
    return msg


def from_msg_msg(msg: Any) -> Any:
    """Return a message as it is."""
    return msg


def _parts(transform: TransformStamped) -> tuple[Quaternion, Vector]:
    t, r = transform.transform.translation, transform.transform.rotation
    return normalized((r.x, r.y, r.z, r.w)), (t.x, t.y, t.z)


def _moved(transform: TransformStamped, point: Any) -> Vector:
    rotation, translation = _parts(transform)
    return add(rotate(rotation, (point.x, point.y, point.z)), translation)


def do_transform_point(point: PointStamped, transform: TransformStamped) -> PointStamped:
    """Return a point in the target frame of a transform."""
    result = PointStamped(header=transform.header)
    result.point.x, result.point.y, result.point.z = _moved(transform, point.point)
    return result


def do_transform_vector3(vector3: Vector3Stamped, transform: TransformStamped) -> Vector3Stamped:
    """Return a direction in the target frame of a transform: it is rotated only."""
    result = Vector3Stamped(header=transform.header)
    v = vector3.vector
    rotation, _ = _parts(transform)
    result.vector.x, result.vector.y, result.vector.z = rotate(rotation, (v.x, v.y, v.z))
    return result


def do_transform_pose(pose: Pose, transform: TransformStamped) -> Pose:
    """Return a pose in the target frame of a transform."""
    result = Pose()
    position, q = result.position, pose.orientation
    position.x, position.y, position.z = _moved(transform, pose.position)
    rotation, _ = _parts(transform)
    turned = normalized(multiply(rotation, (q.x, q.y, q.z, q.w)))
    orientation = result.orientation
    orientation.x, orientation.y, orientation.z, orientation.w = turned
    return result


def do_transform_pose_stamped(pose: PoseStamped, transform: TransformStamped) -> PoseStamped:
    """Return a pose in the target frame of a transform."""
    return PoseStamped(header=transform.header, pose=do_transform_pose(pose.pose, transform))


def transform_covariance(cov_in: Any, transform: TransformStamped) -> np.ndarray:
    """Return a 6x6 covariance (position, rotation about fixed axes; row-major), rotated."""
    rotation, _ = _parts(transform)
    axes = [rotate(rotation, axis) for axis in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))]
    turn = np.kron(np.eye(2), np.array(axes).T)
    return (turn @ np.reshape(cov_in, (6, 6)) @ turn.T).reshape(36)


def do_transform_pose_with_covariance_stamped(
    pose: PoseWithCovarianceStamped, transform: TransformStamped
) -> PoseWithCovarianceStamped:
    """Return a pose with its covariance in the target frame of a transform."""
    result = PoseWithCovarianceStamped(header=transform.header)
    result.pose.pose = do_transform_pose(pose.pose.pose, transform)
    result.pose.covariance = transform_covariance(pose.pose.covariance, transform)
    return result


def do_transform_polygon_stamped(
    polygon: PolygonStamped, transform: TransformStamped
) -> PolygonStamped:
    """Return a polygon in the target frame of a transform."""
    result = PolygonStamped(header=transform.header)
    for point in polygon.polygon.points:
        x, y, z = _moved(transform, point)
        result.polygon.points.append(Point32(x=x, y=y, z=z))
    return result


for _kind, _function in (
    (PointStamped, do_transform_point),
    (Vector3Stamped, do_transform_vector3),
    (PoseStamped, do_transform_pose_stamped),
    (PoseWithCovarianceStamped, do_transform_pose_with_covariance_stamped),
    (PolygonStamped, do_transform_polygon_stamped),
):
    TransformRegistration().add(_kind, _function)
for _kind in (Vector3Stamped, PoseStamped, PointStamped):
    ConvertRegistration().add_to_msg(_kind, to_msg_msg)
    ConvertRegistration().add_from_msg(_kind, from_msg_msg)
