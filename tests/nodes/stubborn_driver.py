"""The driver of a base in a process of its own: it can be made to hang, and to lose commands.

It drives as commanded and tells its motion by odometry. `driver/hang` lets the callback of the
next command hang for a time, or the whole process if the time is negative; `driver/lose` lets it
lose everything until it has lost so many commands of rest. The wheels turn on as they did.
"""

import threading
import time

from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.executors import MultiThreadedExecutor
from rclpy.node import Node
from std_msgs.msg import Float64, Int32

from policy_nodes.nodes import qos
from policy_nodes.nodes.runner import main_of


class StubbornDriver(Node):
    """Publishes odometry at 20 Hz."""

    def __init__(self) -> None:
        super().__init__('driver')
        self.turning = threading.Lock()
        self.hang, self.lost = 0.0, 0
        self.v = self.w = 0.0
        work, wheels, fault = (MutuallyExclusiveCallbackGroup() for _ in range(3))
        self.odometry = self.create_publisher(Odometry, 'odom', qos.SENSOR_OUT)
        for kind, topic, take, group in (
            (TwistStamped, 'cmd_vel', self.take_command, work),
            (Float64, 'driver/hang', self.take_hang, fault),
            (Int32, 'driver/lose', self.take_lose, fault),
        ):
            self.create_subscription(kind, topic, take, qos.COMMAND, callback_group=group)
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(0.05, self.measure, callback_group=wheels, clock=steady)

    def take_hang(self, message: Float64) -> None:
        self.hang = message.data

    def take_lose(self, message: Int32) -> None:
        self.lost = message.data

    def take_command(self, message: TwistStamped) -> None:
        seconds, self.hang = self.hang, 0.0
        if seconds < 0:
            with self.turning:
                time.sleep(-seconds)
        time.sleep(max(seconds, 0.0))
        v, w = message.twist.linear.x, message.twist.angular.z
        if self.lost:
            self.lost -= v == 0 and w == 0
            return
        self.v, self.w = v, w

    def measure(self) -> None:
        with self.turning:
            base = Odometry(child_frame_id='base_link')
            base.header.frame_id = 'odom'
            base.header.stamp = self.get_clock().now().to_msg()
            base.pose.pose.orientation.w = 1.0
            base.twist.twist.linear.x, base.twist.twist.angular.z = self.v, self.w
            self.odometry.publish(base)


if __name__ == '__main__':
    main_of(StubbornDriver, executor=lambda: MultiThreadedExecutor(num_threads=3))
