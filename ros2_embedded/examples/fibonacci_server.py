"""Offers the action `fibonacci`, which takes its time; fibonacci_client.py sends goals.

Parameter `period`: time for one number [s].
"""

from __future__ import annotations

import time

import rclpy
from example_interfaces.action import Fibonacci
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import ExternalShutdownException, MultiThreadedExecutor
from rclpy.node import Node

LONGEST = 40  # numbers beyond do not fit the field


class FibonacciServer(Node):
    """Computes sequences, several at a time, and stops where it is asked to."""

    def __init__(self) -> None:
        super().__init__('fibonacci_server')
        self.period = self.declare_parameter('period', 0.2).value
        self.server = ActionServer(
            self,
            Fibonacci,
            'fibonacci',
            execute_callback=self.compute,
            goal_callback=self.consider,
            cancel_callback=self.consider_cancel,
            # A cancel request must be heard while a goal is computed.
            callback_group=ReentrantCallbackGroup(),
        )

    def consider(self, goal: Fibonacci.Goal) -> GoalResponse:
        """Accept what can be computed."""
        accepted = 0 < goal.order <= LONGEST
        self.get_logger().info(f'Goal of {goal.order}: {"accepted" if accepted else "rejected"}')
        return GoalResponse.ACCEPT if accepted else GoalResponse.REJECT

    def consider_cancel(self, goal_handle: ServerGoalHandle) -> CancelResponse:
        """Agree to every wish to stop."""
        self.get_logger().info('Asked to cancel')
        return CancelResponse.ACCEPT

    def compute(self, goal_handle: ServerGoalHandle) -> Fibonacci.Result:
        """Compute one goal, with feedback after each number."""
        feedback = Fibonacci.Feedback(sequence=[0, 1])
        while len(feedback.sequence) <= goal_handle.request.order:
            if goal_handle.is_cancel_requested:
                goal_handle.canceled()
                self.get_logger().info('Canceled')
                return Fibonacci.Result(sequence=feedback.sequence)
            feedback.sequence.append(feedback.sequence[-1] + feedback.sequence[-2])
            goal_handle.publish_feedback(feedback)
            time.sleep(self.period)
        goal_handle.succeed()
        return Fibonacci.Result(sequence=feedback.sequence)


def main(args: list[str] | None = None) -> None:
    """Serve until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            rclpy.spin(FibonacciServer(), executor=MultiThreadedExecutor(num_threads=4))
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
