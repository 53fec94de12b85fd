"""Offers the service `add_two_ints`; add_two_ints_client.py calls it."""

from __future__ import annotations

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node


class Adder(Node):
    """Adds whole numbers for others."""

    def __init__(self) -> None:
        super().__init__('adder')
        self.service = self.create_service(AddTwoInts, 'add_two_ints', self.add)

    def add(
        self, request: AddTwoInts.Request, response: AddTwoInts.Response
    ) -> AddTwoInts.Response:
        """Answer one request."""
        response.sum = request.a + request.b
        self.get_logger().info(f'{request.a} + {request.b} = {response.sum}')
        return response


def main(args: list[str] | None = None) -> None:
    """Serve until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            rclpy.spin(Adder())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
