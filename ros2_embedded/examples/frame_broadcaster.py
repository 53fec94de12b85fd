"""Broadcasts a frame `carrot` that circles around the frame `turtle`; frame_listener.py asks."""

from __future__ import annotations

import math

import rclpy
from geometry_msgs.msg import TransformStamped
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from tf2_ros import TransformBroadcaster

RADIUS = 2.0  # [m]
PERIOD = 5.0  # of one turn [s]


class FrameBroadcaster(Node):
    """Says ten times a second where the carrot is."""

    def __init__(self) -> None:
        super().__init__('frame_broadcaster')
        self.broadcaster = TransformBroadcaster(self)
        self.timer = self.create_timer(0.1, self.broadcast)

    def broadcast(self) -> None:
        """Send the present transform."""
        now = self.get_clock().now()
        angle = 2.0 * math.pi * (now.nanoseconds * 1e-9 % PERIOD) / PERIOD
        transform = TransformStamped()
        transform.header.stamp = now.to_msg()
        transform.header.frame_id = 'turtle'
        transform.child_frame_id = 'carrot'
        transform.transform.translation.x = RADIUS * math.cos(angle)
        transform.transform.translation.y = RADIUS * math.sin(angle)
        transform.transform.rotation.w = 1.0
        self.broadcaster.sendTransform(transform)


def main(args: list[str] | None = None) -> None:
    """Broadcast until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            rclpy.spin(FrameBroadcaster())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
