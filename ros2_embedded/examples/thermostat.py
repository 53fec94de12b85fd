"""A node whose parameters are described, bounded and watched; parameter_client.py sets them."""

from __future__ import annotations

import rclpy
from rcl_interfaces.msg import FloatingPointRange, ParameterDescriptor, SetParametersResult
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.parameter import Parameter


class Thermostat(Node):
    """Keeps a temperature that others wish."""

    def __init__(self) -> None:
        super().__init__('thermostat')
        self.declare_parameter(
            'target',
            20.0,
            ParameterDescriptor(
                description='temperature to keep [degrees Celsius]',
                floating_point_range=[FloatingPointRange(from_value=5.0, to_value=30.0)],
            ),
        )
        self.declare_parameter('night', False)
        self.declare_parameter(
            'serial_number', 'T-1', ParameterDescriptor(description='of the box', read_only=True)
        )
        self.add_on_set_parameters_callback(self.consider)
        self.add_post_set_parameters_callback(self.adjust)
        self.get_logger().info(f'Keeping {self.get_parameter("target").value}')

    def consider(self, parameters: list[Parameter]) -> SetParametersResult:
        """Refuse warmth at night; ranges and types have been checked before."""
        wanted = {each.name: each.value for each in parameters}
        night = wanted.get('night', self.get_parameter('night').value)
        target = wanted.get('target', self.get_parameter('target').value)
        if night and target > 18.0:
            return SetParametersResult(successful=False, reason='at night 18 is the limit')
        return SetParametersResult(successful=True)

    def adjust(self, parameters: list[Parameter]) -> None:
        """Act on what has been set."""
        for each in parameters:
            self.get_logger().info(f'{each.name} is now {each.value}')


def main(args: list[str] | None = None) -> None:
    """Keep the temperature until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            rclpy.spin(Thermostat())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
