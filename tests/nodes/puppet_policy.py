"""A policy in a process of its own that drives straight on, to be killed, stopped and started.

It learns the safety epoch as navigation_policy does, and its heartbeat shares the loop of its
proposals.
"""

from geometry_msgs.msg import TwistStamped
from rclpy.clock import Clock, ClockType
from rclpy.node import Node

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HeartbeatPublisher
from policy_nodes.nodes.runner import main_of
from policy_stack.msg import SafetyState


class PuppetPolicy(Node):
    """Proposes 0.5 m/s, ten times a second."""

    def __init__(self) -> None:
        super().__init__('navigation_policy')
        self.heartbeat = HeartbeatPublisher(self)
        self.proposals = self.create_publisher(TwistStamped, '~/cmd_vel', qos.COMMAND)
        self.create_subscription(
            SafetyState, 'safety_controller/state', self.take_state, qos.LATCHED
        )
        self.latched = True
        self.create_timer(0.1, self.propose, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def take_state(self, message: SafetyState) -> None:
        self.heartbeat.epoch, self.latched = message.epoch, message.latched

    def propose(self) -> None:
        message = TwistStamped()
        message.header.stamp = self.get_clock().now().to_msg()
        message.header.frame_id = 'base_link'
        message.twist.linear.x = 0.0 if self.latched else 0.5
        self.proposals.publish(message)


if __name__ == '__main__':
    main_of(PuppetPolicy)
