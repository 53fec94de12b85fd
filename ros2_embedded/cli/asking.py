"""Asking other nodes: finding them by name, calling their services, waiting for answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ros2_embedded.cli.errors import CommandError
from ros2_embedded.cli.node_list import full_node_names
from ros2_embedded.cli.session import wait_for_name

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.parameter_client import AsyncParameterClient
    from rclpy.task import Future

SERVICE_TIMEOUT = 5.0  # for a service to come up, and for a quick answer [s]


def find_node(node: Node, name: str, seconds: float) -> str:
    """Return the full name of another node once it is in the graph.

    Args:
        node: node to look at the graph with.
        name: of the other one; without a slash in front it is in the root namespace.
        seconds: time to wait for it [s].

    Raises:
        CommandError: it is not there; it lists those that are.
    """
    full = name if name.startswith('/') else f'/{name}'
    if not wait_for_name(
        node, lambda: full in full_node_names(node, include_hidden=True), seconds
    ):
        there = sorted(full_node_names(node, include_hidden=False))
        raise CommandError(f'Node not found: {full}; nodes there: {", ".join(there) or "none"}')
    return full


def parameter_client(node: Node, other: str) -> AsyncParameterClient:
    """Return a client of the parameters of another node.

    Raises:
        CommandError: the node has no parameter services.
    """
    from rclpy.parameter_client import AsyncParameterClient

    client = AsyncParameterClient(node, other)
    if not client.wait_for_services(timeout_sec=SERVICE_TIMEOUT):
        raise CommandError(
            f'Wait for service timed out waiting for parameter services for node {other}'
        )
    return client


def answer(
    node: Node, future: Future, other: str, *, seconds: float | None = SERVICE_TIMEOUT
) -> Any:
    """Spin until an answer has come; return it.

    Args:
        node: node that has asked.
        future: of the answer.
        other: name of the node that was asked.
        seconds: time to wait [s]; None without end.

    Raises:
        CommandError: no answer in time, or an exception in its place.
    """
    import rclpy
    from rclpy.executors import ExternalShutdownException

    rclpy.spin_until_future_complete(node, future, timeout_sec=seconds)
    if not future.done():
        if not rclpy.ok():
            raise ExternalShutdownException
        raise CommandError(f'{other} did not answer within {seconds:g} s')
    if future.exception() is not None:
        raise CommandError(
            f"Exception while calling service of node '{other}': {future.exception()}"
        )
    return future.result()


def ask(
    node: Node,
    other: str,
    service: str,
    kind: Any,
    *,
    seconds: float | None = SERVICE_TIMEOUT,
    **fields: Any,
) -> Any:
    """Call a service of another node; return the answer.

    Args:
        node: node that asks.
        other: full name of the node that is asked.
        service: name of the service below that of the node.
        kind: type of the service.
        seconds: time to wait for the answer [s]; None without end.
        **fields: of the request.

    Raises:
        CommandError: the service is not there, or does not answer.
    """
    client = node.create_client(kind, f'{other}/{service}')
    if not client.wait_for_service(timeout_sec=SERVICE_TIMEOUT):
        raise CommandError(f'Wait for service timed out waiting for {other}/{service}')
    return answer(node, client.call_async(kind.Request(**fields)), other, seconds=seconds)
