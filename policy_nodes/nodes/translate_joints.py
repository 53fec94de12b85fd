"""Messages of arms and legs to plain-array samples and back; nothing here decides anything."""

import numpy as np
from builtin_interfaces.msg import Duration
from numpy.typing import NDArray
from sensor_msgs.msg import Imu, JointState, Range
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from policy_nodes.contract.samples import (
    ActionChunkSample,
    BodyHeightSample,
    DistanceSample,
    FootContactsSample,
    ImuSample,
    JointCommandSample,
    JointStateSample,
    LegCommandSample,
    LegJointsSample,
)
from policy_nodes.nodes.translate import NANO, header, nanoseconds, quaternion_array
from policy_stack.msg import ActionChunk, JointCommand

UNKNOWN = -1.0  # first number of a covariance: the value is not measured


def floats(values: object) -> NDArray[np.float64]:
    """Read a sequence of numbers."""
    return np.array(values, dtype=np.float64)


def chunk_sample(message: ActionChunk) -> ActionChunkSample:
    """Read a chunk; values that are no rows of its names stay (n,), which the core refuses."""
    values = floats(message.values)
    shape = message.horizon, len(message.names)
    if values.size == shape[0] * shape[1]:
        values = values.reshape(shape)
    return ActionChunkSample(
        stamp_ns=nanoseconds(message.header.stamp),
        epoch=message.epoch,
        sequence=message.sequence,
        kind=message.kind,
        names=tuple(message.names),
        dt=message.dt,
        horizon=message.horizon,
        values=values,
    )


def joint_state_sample(message: JointState) -> JointStateSample:
    """Read the joints of an arm."""
    return JointStateSample(
        stamp_ns=nanoseconds(message.header.stamp),
        names=tuple(message.name),
        position=floats(message.position),
        velocity=floats(message.velocity),
    )


def distance_sample(message: Range) -> DistanceSample:
    """Read a distance; REP-117: +inf nothing near, -inf too near to be measured."""
    return DistanceSample(nanoseconds(message.header.stamp), float(message.range))


def trajectory_message(sample: JointCommandSample, period: float) -> JointTrajectory:
    """Write a command as a trajectory of one point.

    The header has no stamp, which means at once: trajectory controllers refuse a trajectory that
    ends in the past, as a stamped one does that is a period on its way.

    Args:
        sample: the command.
        period: after which the joints are to be there [s].
    """
    after = round(period * NANO)
    point = JointTrajectoryPoint(
        positions=sample.position.tolist(),
        velocities=sample.velocity.tolist(),
        accelerations=sample.acceleration.tolist(),
        time_from_start=Duration(sec=after // NANO, nanosec=after % NANO),
    )
    return JointTrajectory(joint_names=list(sample.names), points=[point])


def imu_sample(message: Imu) -> ImuSample:
    """Read an IMU; what it says not to measure is NaN, which the core refuses."""
    turn, pull = message.angular_velocity, message.linear_acceleration

    def measured(values: NDArray[np.float64], covariance: object) -> NDArray[np.float64]:
        return np.full_like(values, np.nan) if floats(covariance)[0] == UNKNOWN else values

    return ImuSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        quaternion=measured(quaternion_array(message.orientation), message.orientation_covariance),
        angular_velocity=measured(
            np.array([turn.x, turn.y, turn.z]), message.angular_velocity_covariance
        ),
        acceleration=measured(
            np.array([pull.x, pull.y, pull.z]), message.linear_acceleration_covariance
        ),
    )


def leg_joints_sample(message: JointState) -> LegJointsSample:
    """Read the joints of legs, with their torques where the driver measures them."""
    return LegJointsSample(
        stamp_ns=nanoseconds(message.header.stamp),
        names=tuple(message.name),
        position=floats(message.position),
        velocity=floats(message.velocity),
        effort=floats(message.effort),
    )


def contacts_sample(message: JointState, force: float) -> FootContactsSample:
    """Read the forces on feet, in the field effort [N].

    Args:
        message: feet by name.
        force: from which on a foot touches [N]; forces that are not finite are handed on as
            they are, and the core refuses them.
    """
    pressed = floats(message.effort)
    sound = np.isfinite(pressed).all()
    return FootContactsSample(
        stamp_ns=nanoseconds(message.header.stamp),
        names=tuple(message.name),
        touching=pressed >= force if sound else pressed,
    )


def height_sample(message: Range) -> BodyHeightSample:
    """Read the height of a body."""
    return BodyHeightSample(nanoseconds(message.header.stamp), float(message.range))


def leg_command_sample(message: JointCommand) -> LegCommandSample:
    """Read targets and gains."""
    return LegCommandSample(
        stamp_ns=nanoseconds(message.header.stamp),
        names=tuple(message.names),
        position=floats(message.position),
        kp=floats(message.kp),
        kd=floats(message.kd),
    )


def leg_command_message(sample: LegCommandSample) -> JointCommand:
    """Write targets and gains, without velocity and feed-forward."""
    nothing = [0.0] * len(sample.names)
    return JointCommand(
        header=header(sample.stamp_ns, ''),
        names=list(sample.names),
        position=sample.position.tolist(),
        velocity=nothing,
        effort=nothing,
        kp=sample.kp.tolist(),
        kd=sample.kd.tolist(),
    )
