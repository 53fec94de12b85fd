"""Messages of mobile bases to plain-array samples and back; nothing here decides anything."""

from array import array

import numpy as np
from geometry_msgs.msg import TransformStamped, TwistStamped
from nav_msgs.msg import Odometry
from sensor_msgs.msg import LaserScan

from policy_nodes.contract.samples import BaseSample, GoalSample, LaserSample, TwistSample
from policy_nodes.nodes.translate import (
    header,
    nanoseconds,
    point_message,
    quaternion_array,
    quaternion_message,
)
from policy_stack.msg import TaskGoal


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
        ranges=array('f', sample.ranges.astype(np.float32).tobytes()),
    )


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
