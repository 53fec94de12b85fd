"""Nodes of the test process, spun by a thread of their own, and ways to wait for events."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import rclpy
from lifecycle_msgs.msg import State, Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rcl_interfaces.srv import GetParameters, SetParameters
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile
from rclpy.signals import SignalHandlerOptions

LOOK = 0.02  # [s] between looks at what nobody reports


class Station:
    """A context of its own with one node.

    Attributes:
        node: of the test.
        changed: notified with every message that is kept.
    """

    def __init__(self, name: str = 'station', *arguments: str) -> None:
        """Begin to spin."""
        self.context = rclpy.Context()
        rclpy.init(
            args=['test', *arguments],
            context=self.context,
            signal_handler_options=SignalHandlerOptions.NO,
        )
        self.node = rclpy.create_node(name, context=self.context)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        self.changed = threading.Condition()
        self._clients: dict[str, Any] = {}
        self._thread = threading.Thread(target=self.executor.spin, name=name)
        self._thread.start()

    def close(self) -> None:
        """Stop spinning; nothing of it is left."""
        self.executor.shutdown(timeout_sec=5.0)
        self._thread.join(5.0)
        self.node.destroy_node()
        self.context.try_shutdown()

    def keep(self, kind: type, topic: str, profile: QoSProfile | int = 10) -> list:
        """Subscribe; returns the growing list of (steady time of arrival, message)."""
        kept: list[tuple[float, Any]] = []

        def take(message: Any) -> None:
            with self.changed:
                kept.append((time.monotonic(), message))
                self.changed.notify_all()

        self.node.create_subscription(kind, topic, take, profile)
        return kept

    def until(self, condition: Callable[[], Any], timeout: float = 15.0, what: str = '') -> Any:
        """Wait until a condition holds; returns what it gave, and fails when time is up."""
        end = time.monotonic() + timeout
        while not (found := condition()):
            assert time.monotonic() < end, what or 'what was waited for did not come'
            with self.changed:
                self.changed.wait(LOOK)
        return found

    def call(self, kind: type, name: str, request: Any, timeout: float = 15.0) -> Any:
        """Call a service and return its answer."""
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = self.node.create_client(kind, name)
        assert client.wait_for_service(timeout_sec=timeout), f'{name} is not there'
        answered = threading.Event()
        future = client.call_async(request)
        future.add_done_callback(lambda _: answered.set())
        assert answered.wait(timeout), f'{name} did not answer'
        return future.result()

    def state_of(self, node: str, timeout: float = 20.0) -> int:
        """Lifecycle state of a node."""
        reply = self.call(GetState, f'{node}/get_state', GetState.Request(), timeout)
        return reply.current_state.id

    def change(self, node: str, transition: int) -> bool:
        """Ask a node for a transition; says whether it went well."""
        request = ChangeState.Request(transition=Transition(id=transition))
        return self.call(ChangeState, f'{node}/change_state', request, 60.0).success

    def bring_up(self, node: str) -> None:
        """Configure and activate a node."""
        assert self.state_of(node) == State.PRIMARY_STATE_UNCONFIGURED
        assert self.change(node, Transition.TRANSITION_CONFIGURE)
        assert self.change(node, Transition.TRANSITION_ACTIVATE)

    def bring_down(self, node: str) -> None:
        """Deactivate and clean up a node, from whatever state it is in."""
        if self.state_of(node) == State.PRIMARY_STATE_ACTIVE:
            assert self.change(node, Transition.TRANSITION_DEACTIVATE)
        if self.state_of(node) == State.PRIMARY_STATE_INACTIVE:
            assert self.change(node, Transition.TRANSITION_CLEANUP)

    def set_parameter(self, node: str, name: str, value: Any) -> Any:
        """Set one parameter of a node; returns the result."""
        request = SetParameters.Request(
            parameters=[Parameter(name, value=value).to_parameter_msg()]
        )
        return self.call(SetParameters, f'{node}/set_parameters', request).results[0]

    def get_parameter(self, node: str, name: str) -> Any:
        """Read one parameter of a node, as a message."""
        request = GetParameters.Request(names=[name])
        return self.call(GetParameters, f'{node}/get_parameters', request).values[0]
