"""A lock in a process of its own that says all the time that it is open, to be killed."""

from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from std_msgs.msg import Bool

from policy_nodes.nodes.runner import main_of


class PuppetLock(Node):
    """Reports ten times a second."""

    def __init__(self) -> None:
        super().__init__('puppet_lock')
        self.reports = self.create_publisher(Bool, 'pause', 10)
        self.create_timer(0.1, self.report, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def report(self) -> None:
        self.reports.publish(Bool(data=False))


if __name__ == '__main__':
    main_of(PuppetLock)
