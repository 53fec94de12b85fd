"""Pairs messages of two topics whose stamps are close, though they come at different times."""

from __future__ import annotations

import message_filters
import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import FluidPressure, Temperature


class Station(Node):
    """Measures temperature and pressure, a little apart."""

    def __init__(self) -> None:
        super().__init__('station')
        self.temperatures = self.create_publisher(
            Temperature, 'temperature', qos_profile_sensor_data
        )
        self.pressures = self.create_publisher(FluidPressure, 'pressure', qos_profile_sensor_data)
        self.timer = self.create_timer(0.1, self.measure)
        self.count = 0

    def measure(self) -> None:
        """Publish temperature at every turn, pressure at every second one."""
        stamp = self.get_clock().now().to_msg()
        message = Temperature(temperature=20.0 + self.count % 10)
        message.header.stamp = stamp
        self.temperatures.publish(message)
        if self.count % 2 == 0:
            pressure = FluidPressure(fluid_pressure=1000.0 + self.count % 10)
            pressure.header.stamp = self.get_clock().now().to_msg()  # some microseconds later
            self.pressures.publish(pressure)
        self.count += 1


class Weather(Node):
    """Takes both measurements together."""

    def __init__(self) -> None:
        super().__init__('weather')
        temperature = message_filters.Subscriber(
            self, Temperature, 'temperature', qos_profile=qos_profile_sensor_data
        )
        pressure = message_filters.Subscriber(
            self, FluidPressure, 'pressure', qos_profile=qos_profile_sensor_data
        )
        self.filter = message_filters.ApproximateTimeSynchronizer(
            [temperature, pressure], queue_size=10, slop=0.05
        )
        self.filter.registerCallback(self.hear)

    def hear(self, temperature: Temperature, pressure: FluidPressure) -> None:
        """Log a pair; the last digits agree where the pair is right."""
        self.get_logger().info(f'pair {temperature.temperature:.0f} {pressure.fluid_pressure:.0f}')


def main(args: list[str] | None = None) -> None:
    """Pair until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            executor = SingleThreadedExecutor()
            for node in (Station(), Weather()):
                executor.add_node(node)
            executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
