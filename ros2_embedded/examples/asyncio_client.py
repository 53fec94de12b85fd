"""Calls add_two_ints_server.py from asyncio, which runs beside a spinning thread.

What rclpy returns can be awaited by asyncio as well: asyncio_client.py A B.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.client import Client
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.utilities import remove_ros_args


def spin(node: Node) -> None:
    """Spin until shutdown."""
    with contextlib.suppress(ExternalShutdownException):
        rclpy.spin(node)


async def ask(client: Client, a: int, b: int) -> int:
    """Return the sum of two numbers."""
    response = await client.call_async(AddTwoInts.Request(a=a, b=b))
    return response.sum


async def ask_much(node: Node, a: int, b: int) -> None:
    """Ask three things at once, and do something else meanwhile."""
    client = node.create_client(AddTwoInts, 'add_two_ints')
    while not client.service_is_ready():
        await asyncio.sleep(0.05)
    sums, _ = await asyncio.gather(
        asyncio.gather(ask(client, a, b), ask(client, a, a), ask(client, b, b)),
        asyncio.sleep(0.1),
    )
    node.get_logger().info(f'sums: {sums}')


def main(args: list[str] | None = None) -> int:
    """Ask, then end; the exit code is 1 for a wrong command line."""
    numbers = remove_ros_args(sys.argv if args is None else args)[1:]
    if len(numbers) != 2:
        print('usage: asyncio_client.py A B', file=sys.stderr)
        return 1
    with rclpy.init(args=args):
        node = rclpy.create_node('asyncio_client')
        thread = threading.Thread(target=spin, args=(node,))
        thread.start()
        asyncio.run(ask_much(node, *map(int, numbers)))
        rclpy.shutdown()
        thread.join()
    return 0


if __name__ == '__main__':
    sys.exit(main())
