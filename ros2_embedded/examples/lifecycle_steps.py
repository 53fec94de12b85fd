"""Leads lifecycle_talker.py through its states, and hears when it talks."""

from __future__ import annotations

import rclpy
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rclpy.node import Node
from rclpy.task import Future
from std_msgs.msg import String


class Steps(Node):
    """Asks for transitions by the services that every lifecycle node has."""

    def __init__(self) -> None:
        super().__init__('steps')
        self.change = self.create_client(ChangeState, 'lifecycle_talker/change_state')
        self.state = self.create_client(GetState, 'lifecycle_talker/get_state')
        self.subscription = self.create_subscription(String, 'lifecycle_chatter', self.hear, 10)
        self.heard = Future()
        self.change.wait_for_service()
        self.state.wait_for_service()

    def hear(self, message: String) -> None:
        """Note that the talker talks."""
        if not self.heard.done():
            self.heard.set_result(message.data)

    def take(self, transition: int) -> None:
        """Ask for one transition, and log the state that it led to."""
        asked = self.change.call_async(ChangeState.Request(transition=Transition(id=transition)))
        rclpy.spin_until_future_complete(self, asked)
        found = self.state.call_async(GetState.Request())
        rclpy.spin_until_future_complete(self, found)
        done = 'done' if asked.result().success else 'refused'
        self.get_logger().info(f'{done}: {found.result().current_state.label}')


def main(args: list[str] | None = None) -> None:
    """Take every step once, and one that is not there."""
    with rclpy.init(args=args):
        node = Steps()
        node.take(Transition.TRANSITION_CONFIGURE)
        node.take(Transition.TRANSITION_ACTIVATE)
        rclpy.spin_until_future_complete(node, node.heard)
        node.get_logger().info(f'heard: {node.heard.result().split()[0]}')
        node.take(Transition.TRANSITION_DEACTIVATE)
        node.take(Transition.TRANSITION_CLEANUP)
        node.take(Transition.TRANSITION_UNCONFIGURED_SHUTDOWN)


if __name__ == '__main__':
    main()
