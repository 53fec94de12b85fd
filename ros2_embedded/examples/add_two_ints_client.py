"""Asks add_two_ints_server.py for the sum of two numbers: add_two_ints_client.py 2 40."""

from __future__ import annotations

import sys

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.node import Node
from rclpy.task import Future
from rclpy.utilities import remove_ros_args


class Customer(Node):
    """Sends requests, and does not wait in callbacks."""

    def __init__(self) -> None:
        super().__init__('customer')
        self.client = self.create_client(AddTwoInts, 'add_two_ints')
        while not self.client.wait_for_service(timeout_sec=1.0):
            self.get_logger().info('The service is not there yet; waiting.')

    def ask(self, a: int, b: int) -> Future:
        """Send a request; the future holds the response."""
        return self.client.call_async(AddTwoInts.Request(a=a, b=b))


def main(args: list[str] | None = None) -> int:
    """Ask once; the exit code is 1 for a wrong command line."""
    numbers = remove_ros_args(sys.argv if args is None else args)[1:]
    if len(numbers) != 2:
        print('usage: add_two_ints_client.py A B', file=sys.stderr)
        return 1
    with rclpy.init(args=args):
        node = Customer()
        future = node.ask(*map(int, numbers))
        rclpy.spin_until_future_complete(node, future)
        node.get_logger().info(f'{numbers[0]} + {numbers[1]} = {future.result().sum}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
