"""A node class to be run alone or composed: it takes the options of a node, and its own service.

Parameters `start` and `step`; the service `~/reset` begins again.
"""

from __future__ import annotations

from typing import Any

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from std_msgs.msg import Int64
from std_srvs.srv import Trigger


class Counter(Node):
    """Counts on the topic `~/count`."""

    def __init__(self, node_name: str = 'counter', **options: Any) -> None:
        super().__init__(node_name, **options)
        self.declare_parameters('', [('start', 0), ('step', 1)])
        self.value = self.get_parameter('start').value
        self.publisher = self.create_publisher(Int64, '~/count', 10)
        self.service = self.create_service(Trigger, '~/reset', self.reset)
        self.timer = self.create_timer(0.2, self.count)

    def count(self) -> None:
        """Publish the next value."""
        self.value += self.get_parameter('step').value
        self.publisher.publish(Int64(data=self.value))
        self.get_logger().info(f'{self.value}', throttle_duration_sec=0.5)

    def reset(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        """Begin again."""
        response.message = f'was {self.value}'
        response.success = True
        self.value = self.get_parameter('start').value
        return response


def main(args: list[str] | None = None) -> None:
    """Count until Ctrl-C."""
    rclpy.init(args=args)
    node = Counter()
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        node.destroy_node()
        rclpy.try_shutdown()


if __name__ == '__main__':
    main()
