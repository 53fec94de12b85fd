"""Points and boxes to messages and back; nothing here decides anything."""

from __future__ import annotations

from array import array
from math import cos, sin

import numpy as np
from geometry_msgs.msg import Point, Pose, PoseWithCovariance, Quaternion, Vector3
from numpy.typing import NDArray
from sensor_msgs.msg import PointCloud2, PointField
from vision_msgs.msg import (
    BoundingBox3D,
    Detection3D,
    Detection3DArray,
    ObjectHypothesis,
    ObjectHypothesisWithPose,
)

from policy_nodes.contract.samples import DetectionsSample, PointsSample
from policy_nodes.nodes.translate import header, nanoseconds

PERSON = 'person'
STEP = 16  # bytes of a point


def points_message(sample: PointsSample) -> PointCloud2:
    """Write points."""
    data = np.ascontiguousarray(sample.points, '<f4')
    fields = [
        PointField(name=name, offset=4 * at, datatype=PointField.FLOAT32, count=1)
        for at, name in enumerate(('x', 'y', 'z', 'intensity'))
    ]
    return PointCloud2(
        header=header(sample.stamp_ns, sample.frame),
        height=1,
        width=len(data),
        fields=fields,
        is_bigendian=False,
        point_step=STEP,
        row_step=STEP * len(data),
        data=array('B', data.tobytes()),
        is_dense=True,
    )


def boxes_message(people: NDArray[np.float64], stamp_ns: int, frame: str) -> Detection3DArray:
    """Write boxes (people, 8): x, y, z, length, width, height [m], heading [rad], score."""
    stamped = header(stamp_ns, frame)
    return Detection3DArray(
        header=stamped, detections=[_detection(row, stamped) for row in people.tolist()]
    )


def boxes_sample(message: Detection3DArray) -> DetectionsSample:
    """Read where people stand; detections whose best hypothesis is no person are left out."""
    places = []
    for found in message.detections:
        told = [each.hypothesis for each in found.results]
        if told and max(told, key=lambda each: each.score).class_id != PERSON:
            continue
        spot = found.bbox.center.position
        places.append((spot.x, spot.y))
    return DetectionsSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        positions=np.array(places, dtype=np.float64).reshape(-1, 2),
    )


def _detection(row: list[float], stamped: object) -> Detection3D:
    x, y, z, length, width, height, heading, score = row
    pose = Pose(
        position=Point(x=x, y=y, z=z),
        orientation=Quaternion(x=0.0, y=0.0, z=sin(heading / 2), w=cos(heading / 2)),
    )
    hypothesis = ObjectHypothesisWithPose(
        hypothesis=ObjectHypothesis(class_id=PERSON, score=score),
        pose=PoseWithCovariance(pose=pose),
    )
    size = Vector3(x=length, y=width, z=height)
    return Detection3D(
        header=stamped, results=[hypothesis], bbox=BoundingBox3D(center=pose, size=size)
    )
