"""Messages to plain-array samples and back; nothing here decides anything."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Pose, PoseArray, Quaternion, TransformStamped, TwistStamped
from nav_msgs.msg import Odometry
from numpy.typing import NDArray
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Header

from policy_nodes.contract.samples import (
    BaseSample,
    DetectionsSample,
    GoalSample,
    LaserSample,
    PeopleSample,
    TwistSample,
)
from policy_nodes.perception.tracked_people import TrackedPeople
from policy_stack.msg import TaskGoal, Tensor, TrackedPerson, TrackedPersons

NANO = 1_000_000_000
DTYPES = {
    np.dtype(np.float32): Tensor.FLOAT32,
    np.dtype(np.float64): Tensor.FLOAT64,
    np.dtype(np.uint8): Tensor.UINT8,
    np.dtype(np.int32): Tensor.INT32,
    np.dtype(np.int64): Tensor.INT64,
    np.dtype(np.bool_): Tensor.BOOL,
}


def nanoseconds(stamp: Time) -> int:
    """Read a stamp [ns]."""
    return stamp.sec * NANO + stamp.nanosec


def stamp(time_ns: int) -> Time:
    """Write a stamp; times before zero become zero."""
    seconds, rest = divmod(max(0, time_ns), NANO)
    return Time(sec=int(seconds), nanosec=int(rest))


def header(time_ns: int, frame: str) -> Header:
    """Build a header."""
    return Header(stamp=stamp(time_ns), frame_id=frame)


def scan_sample(message: LaserScan) -> LaserSample:
    """Read a scan."""
    return LaserSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        angle_min=message.angle_min,
        angle_increment=message.angle_increment,
        range_min=message.range_min,
        range_max=message.range_max,
        ranges=np.asarray(message.ranges, dtype=np.float32),
    )


def scan_message(sample: LaserSample, scan_time: float) -> LaserScan:
    """Write a scan that takes scan_time [s] from the first to the last ray."""
    rays = len(sample.ranges)
    return LaserScan(
        header=header(sample.stamp_ns, sample.frame),
        angle_min=float(sample.angle_min),
        angle_max=float(sample.angle_min + sample.angle_increment * (rays - 1)),
        angle_increment=float(sample.angle_increment),
        time_increment=0.0,
        scan_time=scan_time,
        range_min=float(sample.range_min),
        range_max=float(sample.range_max),
        ranges=sample.ranges,
    )


def quaternion_array(value: Quaternion) -> NDArray[np.float64]:
    """Read a quaternion (4,) xyzw."""
    return np.array([value.x, value.y, value.z, value.w])


def quaternion_message(value: NDArray[np.float64]) -> Quaternion:
    """Write a quaternion (4,) xyzw."""
    x, y, z, w = (float(number) for number in value)
    return Quaternion(x=x, y=y, z=z, w=w)


def base_sample(message: Odometry) -> BaseSample:
    """Read odometry."""
    pose, twist = message.pose.pose, message.twist.twist
    return BaseSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        child_frame=message.child_frame_id,
        position=np.array([pose.position.x, pose.position.y, pose.position.z]),
        quaternion=quaternion_array(pose.orientation),
        v=twist.linear.x,
        w=twist.angular.z,
    )


def odometry_message(sample: BaseSample) -> Odometry:
    """Write odometry."""
    message = Odometry(
        header=header(sample.stamp_ns, sample.frame), child_frame_id=sample.child_frame
    )
    message.pose.pose.position = point_message(sample.position)
    message.pose.pose.orientation = quaternion_message(sample.quaternion)
    message.twist.twist.linear.x = float(sample.v)
    message.twist.twist.angular.z = float(sample.w)
    return message


def transform_message(sample: BaseSample) -> TransformStamped:
    """Write the transform from the odometry frame to the base."""
    message = TransformStamped(
        header=header(sample.stamp_ns, sample.frame), child_frame_id=sample.child_frame
    )
    x, y, z = (float(number) for number in sample.position)
    translation = message.transform.translation
    translation.x, translation.y, translation.z = x, y, z
    message.transform.rotation = quaternion_message(sample.quaternion)
    return message


def transform_sample(message: TransformStamped) -> BaseSample:
    """Read a transform as the pose of its child frame at rest: it says nothing of speeds."""
    move = message.transform.translation
    return BaseSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        child_frame=message.child_frame_id,
        position=np.array([move.x, move.y, move.z]),
        quaternion=quaternion_array(message.transform.rotation),
        v=0.0,
        w=0.0,
    )


def point_message(position: Sequence[float] | NDArray[np.float64]) -> Point:
    """Write a point from two or three coordinates."""
    x, y, *z = (float(number) for number in position)
    return Point(x=x, y=y, z=z[0] if z else 0.0)


def detections_sample(message: PoseArray) -> DetectionsSample:
    """Read detections."""
    spots = [(pose.position.x, pose.position.y) for pose in message.poses]
    return DetectionsSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        positions=np.array(spots, dtype=np.float64).reshape(-1, 2),
    )


def detections_message(sample: DetectionsSample) -> PoseArray:
    """Write detections."""
    poses = [Pose(position=point_message(spot)) for spot in sample.positions]
    return PoseArray(header=header(sample.stamp_ns, sample.frame), poses=poses)


def people_sample(message: TrackedPersons) -> PeopleSample:
    """Read tracked people, tentative ones left out."""
    known = [p for p in message.persons if p.state != TrackedPerson.TENTATIVE]
    return PeopleSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        ids=np.array([p.id for p in known], dtype=np.int64),
        positions=np.array([(p.position.x, p.position.y) for p in known]).reshape(-1, 2),
        velocities=np.array([(p.velocity.x, p.velocity.y) for p in known]).reshape(-1, 2),
        radii=np.array([p.radius for p in known], dtype=np.float64),
    )


def people_message(sample: PeopleSample) -> TrackedPersons:
    """Write people who are known for certain."""
    message = TrackedPersons(header=header(sample.stamp_ns, sample.frame))
    rows = zip(sample.ids, sample.positions, sample.velocities, sample.radii, strict=True)
    for number, spot, pace, radius in rows:
        person = TrackedPerson(id=int(number), state=TrackedPerson.CONFIRMED, radius=float(radius))
        person.position = point_message(spot)
        person.velocity.x, person.velocity.y = float(pace[0]), float(pace[1])
        message.persons.append(person)
    return message


def tracks_message(tracked: TrackedPeople) -> TrackedPersons:
    """Write everything that a tracker believes."""
    message = TrackedPersons(header=header(tracked.stamp_ns, tracked.frame))
    for row in range(len(tracked)):
        person = TrackedPerson(
            id=int(tracked.ids[row]),
            state=int(tracked.states[row]),
            position_covariance=tracked.covariances[row].reshape(4),
            radius=float(tracked.radii[row]),
            age=float(tracked.ages[row]),
            unseen=float(tracked.unseen[row]),
        )
        person.position = point_message(tracked.positions[row])
        person.velocity.x, person.velocity.y = (float(x) for x in tracked.velocities[row])
        message.persons.append(person)
    return message


def goal_sample(message: TaskGoal) -> GoalSample:
    """Read a navigation goal."""
    spot = message.pose.position
    return GoalSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        position=np.array([spot.x, spot.y]),
        tolerance=message.tolerance,
    )


def goal_message(sample: GoalSample) -> TaskGoal:
    """Write a navigation goal."""
    message = TaskGoal(
        header=header(sample.stamp_ns, sample.frame),
        task='navigate',
        tolerance=float(sample.tolerance),
    )
    message.pose.position = point_message(sample.position)
    message.pose.orientation.w = 1.0
    return message


def twist_sample(message: TwistStamped) -> TwistSample:
    """Read a stamped twist."""
    linear, angular = message.twist.linear, message.twist.angular
    return TwistSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        linear=np.array([linear.x, linear.y, linear.z]),
        angular=np.array([angular.x, angular.y, angular.z]),
    )


def twist_message(sample: TwistSample) -> TwistStamped:
    """Write a stamped twist."""
    message = TwistStamped(header=header(sample.stamp_ns, sample.frame))
    linear, angular = message.twist.linear, message.twist.angular
    linear.x, linear.y, linear.z = (float(number) for number in sample.linear)
    angular.x, angular.y, angular.z = (float(number) for number in sample.angular)
    return message


def tensor_message(name: str, values: NDArray[Any], time_ns: int, frame: str) -> Tensor:
    """Write an array of any rank.

    Raises:
        ValueError: an element type that the message does not know.
    """
    if values.dtype not in DTYPES:
        known = ', '.join(str(kind) for kind in DTYPES)
        raise ValueError(f'tensor {name}: element type {values.dtype} is none of {known}')
    return Tensor(
        header=header(time_ns, frame),
        name=name,
        dtype=DTYPES[values.dtype],
        shape=[int(size) for size in values.shape],
        data=np.ascontiguousarray(values).tobytes(),
    )
