"""Reads and sets the parameters of thermostat.py from another process."""

from __future__ import annotations

import rclpy
from rclpy.node import Node
from rclpy.parameter import Parameter, parameter_value_to_python
from rclpy.parameter_client import AsyncParameterClient


class Visitor(Node):
    """Asks another node about its parameters."""

    def __init__(self) -> None:
        super().__init__('visitor')
        self.client = AsyncParameterClient(self, 'thermostat')
        self.client.wait_for_services()

    def show(self, *names: str) -> None:
        """Log values."""
        future = self.client.get_parameters(list(names))
        rclpy.spin_until_future_complete(self, future)
        values = map(parameter_value_to_python, future.result().values)
        self.get_logger().info(f'{dict(zip(names, values, strict=True))}')

    def wish(self, **wanted: object) -> None:
        """Set parameters one by one, and log the answers."""
        future = self.client.set_parameters(
            [Parameter(name, value=value) for name, value in wanted.items()]
        )
        rclpy.spin_until_future_complete(self, future)
        for name, answer in zip(wanted, future.result().results, strict=True):
            said = 'set' if answer.successful else f'refused: {answer.reason}'
            self.get_logger().info(f'{name} {said}')


def main(args: list[str] | None = None) -> None:
    """Look, set, and look again."""
    with rclpy.init(args=args):
        node = Visitor()
        node.show('target', 'night', 'serial_number')
        node.wish(target=17.5, serial_number='T-2')
        node.wish(target=60.0)
        node.wish(night=True)
        node.wish(target=25.0)
        node.show('target', 'night', 'serial_number')


if __name__ == '__main__':
    main()
