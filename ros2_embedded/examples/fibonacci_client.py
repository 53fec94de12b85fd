"""Sends a goal to fibonacci_server.py: fibonacci_client.py ORDER [--cancel-after COUNT]."""

from __future__ import annotations

import argparse
import sys

import rclpy
from action_msgs.msg import GoalStatus
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient
from rclpy.node import Node
from rclpy.task import Future
from rclpy.utilities import remove_ros_args

ENDS = {
    GoalStatus.STATUS_SUCCEEDED: 'succeeded',
    GoalStatus.STATUS_CANCELED: 'canceled',
    GoalStatus.STATUS_ABORTED: 'aborted',
}


class FibonacciClient(Node):
    """Follows one goal by callbacks from acceptance to result."""

    def __init__(self, cancel_after: int | None) -> None:
        super().__init__('fibonacci_client')
        self.client = ActionClient(self, Fibonacci, 'fibonacci')
        self.cancel_after = cancel_after
        self.goal_handle = None
        self.ended = Future()

    def send(self, order: int) -> None:
        """Send a goal once there is a server."""
        self.client.wait_for_server()
        sent = self.client.send_goal_async(
            Fibonacci.Goal(order=order), feedback_callback=self.hear_feedback
        )
        sent.add_done_callback(self.hear_response)

    def hear_response(self, sent: Future) -> None:
        """Ask for the result of an accepted goal."""
        self.goal_handle = sent.result()
        if not self.goal_handle.accepted:
            self.get_logger().info('The goal was rejected')
            self.ended.set_result('rejected')
            return
        self.get_logger().info('The goal was accepted')
        self.goal_handle.get_result_async().add_done_callback(self.hear_result)

    def hear_feedback(self, message: Fibonacci.Impl.FeedbackMessage) -> None:
        """Log the sequence so far, and cancel when it is long enough."""
        sequence = message.feedback.sequence
        self.get_logger().info(f'Feedback: {list(sequence)}')
        if self.cancel_after is not None and len(sequence) >= self.cancel_after:
            self.cancel_after = None
            self.goal_handle.cancel_goal_async()

    def hear_result(self, done: Future) -> None:
        """Log how it ended."""
        end = ENDS.get(done.result().status, 'ended strangely')
        self.get_logger().info(f'The goal {end}: {list(done.result().result.sequence)}')
        self.ended.set_result(end)


def main(args: list[str] | None = None) -> int:
    """Send one goal; exit code 0 when it succeeded."""
    parser = argparse.ArgumentParser()
    parser.add_argument('order', type=int)
    parser.add_argument('--cancel-after', type=int, metavar='COUNT')
    given = parser.parse_args(remove_ros_args(sys.argv if args is None else args)[1:])
    with rclpy.init(args=args):
        node = FibonacciClient(given.cancel_after)
        node.send(given.order)
        rclpy.spin_until_future_complete(node, node.ended)
        return 0 if node.ended.result() == 'succeeded' else 1


if __name__ == '__main__':
    sys.exit(main())
