"""Publishes a greeting that counts; listener.py hears it.

Parameter `period`: time between two greetings [s].
"""

from __future__ import annotations

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from std_msgs.msg import String


class Talker(Node):
    """Greets on the topic `chatter` at a steady pace."""

    def __init__(self) -> None:
        super().__init__('talker')
        period = self.declare_parameter('period', 0.5).value
        self.publisher = self.create_publisher(String, 'chatter', 10)
        self.timer = self.create_timer(period, self.greet)
        self.count = 0

    def greet(self) -> None:
        """Publish the next greeting."""
        self.count += 1
        message = String(data=f'Hello, world! {self.count}')
        self.publisher.publish(message)
        self.get_logger().info(f'Publishing: {message.data!r}')


def main(args: list[str] | None = None) -> None:
    """Talk until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            rclpy.spin(Talker())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
