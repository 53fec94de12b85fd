"""Looks up where the carrot of frame_broadcaster.py is in the world.

The way leads over the frame `turtle`, which static_frame_broadcaster.py places in the world.
"""

from __future__ import annotations

import math

import rclpy
import tf2_geometry_msgs  # registers the types that can be transformed
from geometry_msgs.msg import PointStamped
from rclpy.duration import Duration
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.time import Time
from tf2_ros import TransformException
from tf2_ros.buffer import Buffer
from tf2_ros.transform_listener import TransformListener


class FrameListener(Node):
    """Asks twice a second."""

    def __init__(self) -> None:
        super().__init__('frame_listener')
        self.buffer = Buffer(cache_time=Duration(seconds=10.0))
        self.listener = TransformListener(self.buffer, self)
        self.timer = self.create_timer(0.5, self.ask)

    def ask(self) -> None:
        """Log where the carrot is, and where its tip is."""
        try:
            found = self.buffer.lookup_transform('world', 'carrot', Time())
        except TransformException as error:
            self.get_logger().info(f'Not known yet: {error}')
            return
        x, y = found.transform.translation.x, found.transform.translation.y
        tip = PointStamped()
        tip.header = found.header
        tip.header.frame_id = 'carrot'
        tip.point.z = 0.5
        height = tf2_geometry_msgs.do_transform_point(tip, found).point.z
        distance = math.hypot(x - 1.0, y)
        self.get_logger().info(
            f'carrot at {distance:.2f} m from the turtle, tip at {height:.2f} m'
        )


def main(args: list[str] | None = None) -> None:
    """Ask until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            rclpy.spin(FrameListener())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
