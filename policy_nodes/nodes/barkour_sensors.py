"""Publishes what a simulated Barkour senses; images and scans only while somebody listens."""

from array import array
from collections.abc import Mapping

import numpy as np
from geometry_msgs.msg import Point, Vector3
from nav_msgs.msg import Odometry
from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import Imu, JointState, Range
from tf2_msgs.msg import TFMessage

from policy_nodes.nodes import barkour_topics as topics
from policy_nodes.nodes.interface import speak
from policy_nodes.nodes.translate import NANO, header, point_message, quaternion_message
from policy_nodes.nodes.translate_cameras import (
    camera_info_message,
    depth_message,
    frame_message,
)
from policy_nodes.simulation.barkour.rays import DepthCamera, HeightGrid
from policy_nodes.simulation.barkour.world import BarkourWorld, Base
from policy_stack.msg import HeightScan

# base_stabilized is where base_link is, with its heading, but level
ODOM, BASE, LEVEL, OPTICAL = 'odom', 'base_link', 'base_stabilized', 'depth_optical_frame'


class BarkourSensors:
    """The sensors' publishers of a node."""

    def __init__(
        self,
        node: LifecycleNode,
        grid: HeightGrid,
        camera: DepthCamera,
        rates: Mapping[str, float],
    ) -> None:
        """Advertise all topics.

        Args:
            node: that publishes.
            grid: of the height scan.
            camera: that measures depth.
            rates: in simulated time [Hz], 0 for none: `odom` with transforms, `feet` with the
                height of the body, `scan` and `depth`.
        """
        self.imu = speak(node, topics.IMU)
        self.joints = speak(node, topics.JOINTS)
        self.contacts = speak(node, topics.CONTACTS)
        self.heights = speak(node, topics.HEIGHT)
        self.odometry = speak(node, topics.ODOM)
        self.frames = speak(node, topics.TF)
        self.mounts = speak(node, topics.TF_STATIC)
        self.scans = speak(node, topics.SCAN)
        self.images = speak(node, topics.DEPTH)
        self.infos = speak(node, topics.INFO)
        self._grid, self._camera = grid, camera
        self._rates = dict(rates)
        self._due = dict.fromkeys(self._rates, 0)

    def publish_mounts(self, world: BarkourWorld, time_ns: int) -> None:
        """Say where the depth camera is fixed."""
        mount = frame_message(time_ns, BASE, OPTICAL, *world.camera_mount())
        self.mounts.publish(TFMessage(transforms=[mount]))

    def publish(self, world: BarkourWorld, time_ns: int, lost: str = '') -> None:
        """Say what is measured now.

        Args:
            world: that is measured.
            time_ns: now.
            lost: sensor that fails, one of `barkour_topics.LOSABLE`.
        """
        if lost != 'imu':
            self._feel_body(world, time_ns)
        if self._is_due('odom', time_ns):
            self._locate(world.base(), world.heading(), time_ns)
        if self._is_due('feet', time_ns):
            self._feel_ground(world, time_ns)
        if self._is_due('scan', time_ns) and self.scans.get_subscription_count():
            self._scan(world, time_ns)
        # last, since policies answer them
        if lost != 'joints':
            self._feel_joints(world, time_ns)
        if self._is_due('depth', time_ns) and (
            self.images.get_subscription_count() or self.infos.get_subscription_count()
        ):
            self._look(world, time_ns)

    def _is_due(self, kind: str, time_ns: int) -> bool:
        rate = self._rates[kind]
        if rate <= 0.0 or time_ns < self._due[kind]:
            return False
        # by the grid of its own period, so that the rate holds although steps do not divide it
        period = round(NANO / rate)
        self._due[kind] = (time_ns // period + 1) * period
        return True

    def _feel_joints(self, world: BarkourWorld, time_ns: int) -> None:
        position, velocity, effort = world.joints()
        self.joints.publish(
            JointState(
                header=header(time_ns, ''),
                name=list(world.robot.joints),
                position=position.tolist(),
                velocity=velocity.tolist(),
                effort=effort.tolist(),
            )
        )

    def _feel_body(self, world: BarkourWorld, time_ns: int) -> None:
        quaternion, turn, pull = world.imu()
        self.imu.publish(
            Imu(
                header=header(time_ns, BASE),
                orientation=quaternion_message(quaternion),
                angular_velocity=vector(turn),
                linear_acceleration=vector(pull),
            )
        )

    def _locate(self, base: Base, heading: float, time_ns: int) -> None:
        message = Odometry(header=header(time_ns, ODOM), child_frame_id=BASE)
        message.pose.pose.position = point_message(base.position)
        message.pose.pose.orientation = quaternion_message(base.quaternion)
        message.twist.twist.linear = vector(base.linear)
        message.twist.twist.angular = vector(base.angular)
        self.odometry.publish(message)
        half = 0.5 * heading
        level = np.array([0.0, 0.0, np.sin(half), np.cos(half)])
        frames = [
            frame_message(time_ns, ODOM, BASE, base.position, base.quaternion),
            frame_message(time_ns, BASE, LEVEL, np.zeros(3), seen_from(base.quaternion, level)),
        ]
        self.frames.publish(TFMessage(transforms=frames))

    def _feel_ground(self, world: BarkourWorld, time_ns: int) -> None:
        head = header(time_ns, BASE)
        forces = world.contacts().tolist()
        self.contacts.publish(JointState(header=head, name=list(world.robot.feet), effort=forces))
        self.heights.publish(
            Range(header=head, min_range=0.0, max_range=2.0, range=world.height())
        )

    def _scan(self, world: BarkourWorld, time_ns: int) -> None:
        grid = self._grid
        heights = world.height_scan(grid).astype(np.float32)
        self.scans.publish(
            HeightScan(
                header=header(time_ns, LEVEL),
                rows=grid.rows,
                columns=grid.columns,
                resolution=grid.resolution,
                origin=Point(x=grid.x, y=grid.y),
                heights=array('f', heights.tobytes()),
            )
        )

    def _look(self, world: BarkourWorld, time_ns: int) -> None:
        depth = world.depth(self._camera)
        self.images.publish(depth_message(depth, time_ns, OPTICAL))
        matrix = self._camera.intrinsics()
        self.infos.publish(camera_info_message(matrix, depth.shape, time_ns, OPTICAL))


def vector(values: np.ndarray) -> Vector3:
    """Write a vector."""
    x, y, z = (float(value) for value in values)
    return Vector3(x=x, y=y, z=z)


def seen_from(frame: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Quaternion (4,) xyzw of one frame in another, both given in a third."""
    x, y, z, w = frame
    a, b, c, d = other
    return np.array(
        [
            w * a - x * d - y * c + z * b,
            w * b + x * c - y * d - z * a,
            w * c - x * b + y * a - z * d,
            w * d + x * a + y * b + z * c,
        ]
    )
