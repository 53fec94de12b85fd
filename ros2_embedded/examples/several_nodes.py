"""Composes a chain of three nodes in one process, under one executor.

Messages within a process are handed over as they are; from outside the chain looks like three
nodes.
"""

from __future__ import annotations

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from std_msgs.msg import Int32


class Source(Node):
    """Counts."""

    def __init__(self) -> None:
        super().__init__('source')
        self.publisher = self.create_publisher(Int32, 'number', 10)
        self.timer = self.create_timer(0.1, self.count)
        self.number = 0

    def count(self) -> None:
        """Publish the next number."""
        self.number += 1
        self.publisher.publish(Int32(data=self.number))


class Square(Node):
    """Squares what it gets."""

    def __init__(self) -> None:
        super().__init__('square')
        self.publisher = self.create_publisher(Int32, 'square', 10)
        self.subscription = self.create_subscription(Int32, 'number', self.square, 10)

    def square(self, message: Int32) -> None:
        """Pass one number on."""
        self.publisher.publish(Int32(data=message.data**2))


class Sink(Node):
    """Logs what arrives at the end."""

    def __init__(self) -> None:
        super().__init__('sink')
        self.subscription = self.create_subscription(Int32, 'square', self.show, 10)

    def show(self, message: Int32) -> None:
        """Log one number."""
        self.get_logger().info(f'square: {message.data}')


def main(args: list[str] | None = None) -> None:
    """Run the chain until Ctrl-C."""
    rclpy.init(args=args)
    executor = SingleThreadedExecutor()
    nodes = [Sink(), Square(), Source()]
    for node in nodes:
        executor.add_node(node)
    try:
        executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        executor.shutdown()
        for node in nodes:
            node.destroy_node()
        rclpy.try_shutdown()


if __name__ == '__main__':
    main()
