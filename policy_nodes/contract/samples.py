"""Plain-array forms of the messages that cores exchange.

Cores know neither rclpy nor message packages. Nodes turn each message into one of these samples
and back, and the in-process evaluation hands the same samples on directly, so both run the very
same code on the very same numbers. Times are integer nanoseconds of the node clock.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LaserSample:
    """One planar scan (sensor_msgs/LaserScan).

    Attributes:
        stamp_ns: acquisition of the first ray.
        frame: frame the angles are measured in, x forward.
        angle_min: angle of ray 0 [rad].
        angle_increment: angle between rays, positive counter-clockwise [rad].
        range_min: nearest valid range [m].
        range_max: farthest valid range [m].
        ranges: (rays,) float32 [m]; REP-117: -inf too close, +inf nothing seen, NaN invalid.
    """

    stamp_ns: int
    frame: str
    angle_min: float
    angle_increment: float
    range_min: float
    range_max: float
    ranges: NDArray[np.float32]


@dataclass(frozen=True)
class CloudField:
    """One named number of every point of a cloud (sensor_msgs/PointField).

    Attributes:
        name: x, y, z, or others, which nobody here asks for.
        offset: from the first byte of a point.
        datatype: 1 to 8: int8, uint8, int16, uint16, int32, uint32, float32, float64.
        count: of numbers.
    """

    name: str
    offset: int
    datatype: int
    count: int


@dataclass(frozen=True)
class CloudSample:
    """Points as they come from a sensor, still in bytes (sensor_msgs/PointCloud2).

    Attributes:
        stamp_ns: acquisition.
        frame: frame of the points.
        height: rows; 1 for points without order.
        width: points of a row.
        fields: what a point holds.
        is_bigendian: order of bytes.
        point_step: bytes from one point to the next.
        row_step: bytes from one row to the next.
        data: (bytes,) uint8.
    """

    stamp_ns: int
    frame: str
    height: int
    width: int
    fields: tuple[CloudField, ...]
    is_bigendian: bool
    point_step: int
    row_step: int
    data: NDArray[np.uint8]


@dataclass(frozen=True)
class PointsSample:
    """Points of one sweep of a lidar, as numbers (sensor_msgs/PointCloud2).

    Attributes:
        stamp_ns: acquisition.
        frame: frame of the points.
        points: (points, 4) float32 x, y, z [m], intensity 0 to 1.
    """

    stamp_ns: int
    frame: str
    points: NDArray[np.float32]


@dataclass(frozen=True)
class BaseSample:
    """Pose and twist of a mobile base (nav_msgs/Odometry).

    Attributes:
        stamp_ns: time the pose holds at.
        frame: frame of the pose.
        child_frame: frame of the twist, fixed to the base.
        position: (3,) [m].
        quaternion: (4,) xyzw.
        v: forward speed [m/s].
        w: yaw rate [rad/s].
    """

    stamp_ns: int
    frame: str
    child_frame: str
    position: Floats
    quaternion: Floats
    v: float
    w: float


@dataclass(frozen=True)
class DetectionsSample:
    """People as a detector sees them in one sweep, without identity (geometry_msgs/PoseArray).

    Attributes:
        stamp_ns: acquisition.
        frame: frame of the positions.
        positions: (people, 2) [m].
    """

    stamp_ns: int
    frame: str
    positions: Floats


@dataclass(frozen=True)
class PeopleSample:
    """Tracked people (policy_stack/TrackedPersons).

    Attributes:
        stamp_ns: time the positions hold at.
        frame: frame of positions and velocities.
        ids: (people,) int64, stable over a track's life.
        positions: (people, 2) [m].
        velocities: (people, 2) [m/s].
        radii: (people,) [m].
    """

    stamp_ns: int
    frame: str
    ids: NDArray[np.int64]
    positions: Floats
    velocities: Floats
    radii: Floats


@dataclass(frozen=True)
class GoalSample:
    """Where to go (policy_stack/TaskGoal of task 'navigate').

    Attributes:
        stamp_ns: when it was set.
        frame: frame of the position.
        position: (2,) [m].
        tolerance: reached within this distance [m].
    """

    stamp_ns: int
    frame: str
    position: Floats
    tolerance: float


@dataclass(frozen=True)
class TwistSample:
    """A proposed or admitted velocity of a base (geometry_msgs/TwistStamped).

    Attributes:
        stamp_ns: stamp of the observation that it answers.
        frame: frame of the velocity, fixed to the base.
        linear: (3,) [m/s].
        angular: (3,) [rad/s].
    """

    stamp_ns: int
    frame: str
    linear: Floats
    angular: Floats

    @classmethod
    def planar(cls, stamp_ns: int, frame: str, v: float, w: float) -> 'TwistSample':
        """Build the twist of a base that drives forward with v and turns with w."""
        return cls(stamp_ns, frame, np.array([v, 0.0, 0.0]), np.array([0.0, 0.0, w]))


@dataclass(frozen=True)
class ImuSample:
    """Attitude and motion of a body (sensor_msgs/Imu).

    Attributes:
        stamp_ns: acquisition.
        frame: fixed to the body.
        quaternion: (4,) xyzw, body in a frame whose z points up.
        angular_velocity: (3,) [rad/s].
        acceleration: (3,) specific force [m/s^2]: at rest it points up with about 9.81.
    """

    stamp_ns: int
    frame: str
    quaternion: Floats
    angular_velocity: Floats
    acceleration: Floats


@dataclass(frozen=True)
class LegJointsSample:
    """Measured joints of a legged robot, in the order of its driver (sensor_msgs/JointState).

    Attributes:
        stamp_ns: acquisition.
        names: of the joints.
        position: (joints,) [rad].
        velocity: (joints,) [rad/s].
        effort: (joints,) [Nm]; (0,) where the driver measures none.
    """

    stamp_ns: int
    names: tuple[str, ...]
    position: Floats
    velocity: Floats
    effort: Floats


@dataclass(frozen=True)
class LegTemperaturesSample:
    """Temperatures of joint motors, in the order of the driver.

    Attributes:
        stamp_ns: acquisition.
        names: of the joints.
        celsius: (joints,).
    """

    stamp_ns: int
    names: tuple[str, ...]
    celsius: Floats


@dataclass(frozen=True)
class FootContactsSample:
    """Which feet touch something.

    Attributes:
        stamp_ns: acquisition.
        names: of the feet.
        touching: (feet,).
    """

    stamp_ns: int
    names: tuple[str, ...]
    touching: NDArray[np.bool_]


@dataclass(frozen=True)
class BodyHeightSample:
    """How high a body is above the ground beneath it.

    Attributes:
        stamp_ns: acquisition.
        height: of the body origin [m].
    """

    stamp_ns: int
    height: float


@dataclass(frozen=True)
class LegCommandSample:
    """Joint targets with gains, proposed or admitted (policy_stack/JointCommand).

    Attributes:
        stamp_ns: stamp of the observation that it answers.
        names: of the joints.
        position: (joints,) [rad].
        kp: (joints,) [Nm/rad].
        kd: (joints,) [Nm s/rad].
    """

    stamp_ns: int
    names: tuple[str, ...]
    position: Floats
    kp: Floats
    kd: Floats


@dataclass(frozen=True)
class JointStateSample:
    """Measured joints (sensor_msgs/JointState).

    Attributes:
        stamp_ns: time the values hold at.
        names: of the joints, in any order; there may be more than are asked for.
        position: (joints,) [rad].
        velocity: (joints,) [rad/s].
    """

    stamp_ns: int
    names: tuple[str, ...]
    position: Floats
    velocity: Floats


@dataclass(frozen=True)
class ActionChunkSample:
    """A horizon of proposed actions (policy_stack/ActionChunk).

    Attributes:
        stamp_ns: stamp of the observation that it answers; row 0 holds at that time.
        epoch: reset epoch of the safety controller that the policy was armed with.
        sequence: counts up by one for each chunk of an epoch.
        kind: what the values are: position, velocity, twist.
        names: joint or axis of each column.
        dt: time between rows [s].
        horizon: rows, as stated by the sender.
        values: (horizon, axes) SI units.
    """

    stamp_ns: int
    epoch: int
    sequence: int
    kind: str
    names: tuple[str, ...]
    dt: float
    horizon: int
    values: Floats


@dataclass(frozen=True)
class DistanceSample:
    """Least distance between a robot and what stands around it, as a perception node sees it.

    Attributes:
        stamp_ns: acquisition of what it was measured in.
        distance: [m]; +inf if nothing is near.
    """

    stamp_ns: int
    distance: float


@dataclass(frozen=True)
class JointCommandSample:
    """Where the joints have to be (policy_stack/JointCommand without effort and gains).

    Attributes:
        stamp_ns: time it holds at.
        names: of the joints.
        position: (joints,) [rad].
        velocity: (joints,) [rad/s].
        acceleration: (joints,) [rad/s^2].
    """

    stamp_ns: int
    names: tuple[str, ...]
    position: Floats
    velocity: Floats
    acceleration: Floats
