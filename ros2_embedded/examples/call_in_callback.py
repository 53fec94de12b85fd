"""Calls a service from a timer and waits for the answer there, without a deadlock.

While the timer waits, another thread takes the answer: the timer and the client stand in two
callback groups, and the executor has several threads.
"""

from __future__ import annotations

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.executors import ExternalShutdownException, MultiThreadedExecutor
from rclpy.node import Node


class Adder(Node):
    """Adds whole numbers for others."""

    def __init__(self) -> None:
        super().__init__('adder')
        self.service = self.create_service(AddTwoInts, 'add_two_ints', self.add)

    def add(
        self, request: AddTwoInts.Request, response: AddTwoInts.Response
    ) -> AddTwoInts.Response:
        """Answer one request."""
        response.sum = request.a + request.b
        return response


class Asker(Node):
    """Asks in a timer, in both ways: blocking, and by a coroutine."""

    def __init__(self) -> None:
        super().__init__('asker')
        self.client = self.create_client(
            AddTwoInts, 'add_two_ints', callback_group=MutuallyExclusiveCallbackGroup()
        )
        self.client.wait_for_service()
        self.blocking = self.create_timer(
            0.2, self.call, callback_group=MutuallyExclusiveCallbackGroup()
        )
        self.awaiting = self.create_timer(
            0.2, self.await_call, callback_group=MutuallyExclusiveCallbackGroup()
        )
        self.total = 0

    def call(self) -> None:
        """Block this thread until the answer has come."""
        response = self.client.call(AddTwoInts.Request(a=self.total, b=1))
        self.total = response.sum
        self.get_logger().info(f'called: {self.total}')

    async def await_call(self) -> None:
        """Let this thread do other things until the answer has come."""
        response = await self.client.call_async(AddTwoInts.Request(a=100, b=self.total))
        self.get_logger().info(f'awaited: {response.sum}')


def main(args: list[str] | None = None) -> None:
    """Ask until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            executor = MultiThreadedExecutor(num_threads=3)
            executor.add_node(Adder())
            executor.add_node(Asker())
            executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
