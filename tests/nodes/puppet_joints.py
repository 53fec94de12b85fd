"""A policy for joints in a process of its own, to be killed and stopped: it only beats.

It learns the safety epoch as policies do, and takes the name that its launch gives it.
"""

from rclpy.node import Node

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HeartbeatPublisher
from policy_nodes.nodes.runner import main_of
from policy_stack.msg import SafetyState


class PuppetJoints(Node):
    """Beats ten times a second."""

    def __init__(self) -> None:
        super().__init__('puppet_joints')
        self.heartbeat = HeartbeatPublisher(self)
        self.create_subscription(
            SafetyState, 'safety_controller/state', self.take_state, qos.LATCHED
        )

    def take_state(self, message: SafetyState) -> None:
        self.heartbeat.epoch = message.epoch


if __name__ == '__main__':
    main_of(PuppetJoints)
