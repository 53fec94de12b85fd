"""Blocking service calls from a thread that does not spin."""

import threading
from typing import Any

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.node import Node


class CallError(RuntimeError):
    """A service did not answer in time, or the calls were cancelled."""


class ServiceCalls:
    """Keeps one client a service and waits for answers by event, never by polling."""

    def __init__(self, node: Node, timeout: float) -> None:
        """Prepare.

        Args:
            node: whose executor takes the answers.
            timeout: for a service to be there, and for its answer [s].
        """
        self.node, self.timeout = node, timeout
        self.cancelled = threading.Event()
        self._group = ReentrantCallbackGroup()
        self._clients: dict[str, Any] = {}

    def __call__(self, name: str, kind: type, request: Any, timeout: float | None = None) -> Any:
        """Call a service and return its answer.

        Args:
            name: of the service.
            kind: its type.
            request: to send.
            timeout: other than the usual one [s].

        Raises:
            CallError: naming the service.
        """
        if name not in self._clients:
            self._clients[name] = self.node.create_client(kind, name, callback_group=self._group)
        client = self._clients[name]
        timeout = self.timeout if timeout is None else timeout
        waited = 0.0
        while not client.wait_for_service(timeout_sec=0.2):
            waited += 0.2
            if self.cancelled.is_set() or waited >= timeout:
                raise CallError(f'service {name} is not there after {waited:.0f} s')
        answered = threading.Event()
        future = client.call_async(request)
        future.add_done_callback(lambda _: answered.set())
        waited = 0.0
        while not answered.wait(0.2):
            waited += 0.2
            if self.cancelled.is_set() or waited >= timeout:
                client.remove_pending_request(future)
                raise CallError(f'service {name} did not answer within {waited:.0f} s')
        return future.result()

    def cancel(self) -> None:
        """Let calls that wait give up."""
        self.cancelled.set()
