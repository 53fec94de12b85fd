"""Publishes a clock that runs faster than time: nodes with `use_sim_time` live by it.

Parameter `speed`: simulated seconds in a second. With talker.py: --ros-args -p use_sim_time:=true
"""

from __future__ import annotations

import rclpy
from rclpy.clock import Clock, ClockType
from rclpy.duration import Duration
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.time import Time
from rosgraph_msgs.msg import Clock as ClockMessage

PERIOD = 0.02  # between two messages [s]


class SimulatedClock(Node):
    """Counts simulated time from zero."""

    def __init__(self) -> None:
        super().__init__('simulated_clock')
        self.step = Duration(seconds=PERIOD * self.declare_parameter('speed', 10.0).value)
        self.now = Time(clock_type=ClockType.ROS_TIME)
        self.publisher = self.create_publisher(ClockMessage, '/clock', 10)
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.timer = self.create_timer(PERIOD, self.tick, clock=steady)

    def tick(self) -> None:
        """Go on by one step."""
        self.now += self.step
        self.publisher.publish(ClockMessage(clock=self.now.to_msg()))


def main(args: list[str] | None = None) -> None:
    """Run the clock until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            rclpy.spin(SimulatedClock())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
