"""Broadcasts a frame that never moves: static_frame_broadcaster.py CHILD X Y Z YAW.

The parent is the frame `world`; metres and radians.
"""

from __future__ import annotations

import math
import sys

import rclpy
from geometry_msgs.msg import TransformStamped
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.utilities import remove_ros_args
from tf2_ros import StaticTransformBroadcaster


class StaticFrameBroadcaster(Node):
    """Sends one transform, which those that come later get too."""

    def __init__(self, child: str, x: float, y: float, z: float, yaw: float) -> None:
        super().__init__('static_frame_broadcaster')
        self.broadcaster = StaticTransformBroadcaster(self)
        transform = TransformStamped()
        transform.header.stamp = self.get_clock().now().to_msg()
        transform.header.frame_id = 'world'
        transform.child_frame_id = child
        transform.transform.translation.x = x
        transform.transform.translation.y = y
        transform.transform.translation.z = z
        transform.transform.rotation.z = math.sin(yaw / 2.0)
        transform.transform.rotation.w = math.cos(yaw / 2.0)
        self.broadcaster.sendTransform(transform)
        self.get_logger().info(f'{child} stands')


def main(args: list[str] | None = None) -> int:
    """Be there until Ctrl-C; the exit code is 1 for a wrong command line."""
    given = remove_ros_args(sys.argv if args is None else args)[1:]
    if len(given) != 5:
        print('usage: static_frame_broadcaster.py CHILD X Y Z YAW', file=sys.stderr)
        return 1
    try:
        with rclpy.init(args=args):
            rclpy.spin(StaticFrameBroadcaster(given[0], *map(float, given[1:])))
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    return 0


if __name__ == '__main__':
    sys.exit(main())
