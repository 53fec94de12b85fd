"""Logs what talker.py publishes."""

from __future__ import annotations

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from std_msgs.msg import String


class Listener(Node):
    """Hears the topic `chatter`."""

    def __init__(self) -> None:
        super().__init__('listener')
        self.subscription = self.create_subscription(String, 'chatter', self.hear, 10)

    def hear(self, message: String) -> None:
        """Log one message."""
        self.get_logger().info(f'I heard: {message.data!r}')


def main(args: list[str] | None = None) -> None:
    """Listen until Ctrl-C."""
    rclpy.init(args=args)
    node = Listener()
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        node.destroy_node()
        rclpy.try_shutdown()


if __name__ == '__main__':
    main()
