"""A loop at a steady rate beside a spinning thread, and the first message of a topic."""

from __future__ import annotations

import contextlib
import threading

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.wait_for_message import wait_for_message
from std_msgs.msg import UInt32

TURNS = 10


def spin(node: Node) -> None:
    """Spin until shutdown."""
    with contextlib.suppress(ExternalShutdownException):
        rclpy.spin(node)


def main(args: list[str] | None = None) -> None:
    """Publish ten numbers at 20 Hz, and wait for one of them as another node would."""
    with rclpy.init(args=args):
        node = rclpy.create_node('rate_loop')
        reader = rclpy.create_node('reader')
        publisher = node.create_publisher(UInt32, 'turn', 10)
        thread = threading.Thread(target=spin, args=(node,))
        thread.start()
        rate = node.create_rate(20.0)
        started = node.get_clock().now()
        for turn in range(TURNS):
            publisher.publish(UInt32(data=turn))
            rate.sleep()
        took = (node.get_clock().now() - started).nanoseconds * 1e-9
        node.get_logger().info(f'{TURNS} turns in at least 0.4 s: {took >= 0.4}')
        timer = node.create_timer(0.05, lambda: publisher.publish(UInt32(data=99)))
        came, message = wait_for_message(UInt32, reader, 'turn', time_to_wait=20.0)
        node.get_logger().info(f'first message: {message.data if came else None}')
        timer.cancel()
        rclpy.shutdown()
        thread.join()


if __name__ == '__main__':
    main()
