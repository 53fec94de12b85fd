"""Calls functions when parameters of any node change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.msg import ParameterEvent
from rclpy.qos import QoSProfile, qos_profile_parameter_events

if TYPE_CHECKING:
    from rclpy.node import Node


@dataclass(eq=False)
class ParameterCallbackHandle:
    """A function for one parameter of one node."""

    parameter_name: str
    node_name: str
    callback: Callable[[ParameterMsg], None]


@dataclass(eq=False)
class ParameterEventCallbackHandle:
    """A function for all events."""

    callback: Callable[[ParameterEvent], None]


class _Callbacks:
    """The functions of a handler, those that were added last in front."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        # By name of the parameter and full name of its node.
        self.parameter_callbacks: dict[tuple[str, str], list[ParameterCallbackHandle]] = {}
        self.event_callbacks: list[ParameterEventCallbackHandle] = []

    def event_callback(self, event: ParameterEvent) -> None:
        """Call all functions that an event is for."""
        with self._lock:
            for (parameter_name, node_name), handles in list(self.parameter_callbacks.items()):
                found = ParameterEventHandler.get_parameter_from_event(
                    event, parameter_name, node_name
                )
                for each in list(handles) if found is not None else ():
                    each.callback(found)
            for each in list(self.event_callbacks):
                each.callback(event)

    def add_for_parameter(self, handle: ParameterCallbackHandle) -> None:
        """Call a function when its parameter changes."""
        key = (handle.parameter_name, handle.node_name)
        with self._lock:
            self.parameter_callbacks.setdefault(key, []).insert(0, handle)

    def remove_for_parameter(self, handle: ParameterCallbackHandle) -> None:
        """End what `add_for_parameter` began; RuntimeError where it did not."""
        key = (handle.parameter_name, handle.node_name)
        with self._lock:
            handles = self.parameter_callbacks.get(key, [])
            _remove(handles, handle)
            if not handles:
                del self.parameter_callbacks[key]

    def add_for_events(self, handle: ParameterEventCallbackHandle) -> None:
        """Call a function with every event."""
        with self._lock:
            self.event_callbacks.insert(0, handle)

    def remove_for_events(self, handle: ParameterEventCallbackHandle) -> None:
        """End what `add_for_events` began; RuntimeError where it did not."""
        with self._lock:
            _remove(self.event_callbacks, handle)


def _remove(handles: list, handle: Any) -> None:
    if handle not in handles:
        raise RuntimeError("Callback doesn't exist")
    handles.remove(handle)


class ParameterEventHandler:
    """Listens to /parameter_events; the function that was added last is called first."""

    def __init__(
        self,
        node: Node,
        qos_profile: QoSProfile = qos_profile_parameter_events,
        **options: Any,
    ) -> None:
        """Subscribe.

        Args:
            node: node that listens, and must be spun.
            qos_profile: quality of service.
            **options: further ones of `Node.create_subscription`.
        """
        self.node = node
        self.qos_profile = qos_profile
        self._callbacks = _Callbacks()
        self.parameter_event_subscription = node.create_subscription(
            ParameterEvent,
            '/parameter_events',
            self._callbacks.event_callback,
            qos_profile,
            **options,
        )

    def destroy(self) -> None:
        """End the subscription."""
        self.node.destroy_subscription(self.parameter_event_subscription)

    @staticmethod
    def get_parameter_from_event(
        event: ParameterEvent, parameter_name: str, node_name: str
    ) -> ParameterMsg | None:
        """Return a parameter that an event says is new or changed, or None.

        Args:
            event: the event.
            parameter_name: name of the parameter.
            node_name: full name of its node.
        """
        if event.node != node_name:
            return None
        found = ParameterEventHandler.get_parameters_from_event(event)
        return next((each for each in found if each.name == parameter_name), None)

    @staticmethod
    def get_parameters_from_event(event: ParameterEvent) -> Iterator[ParameterMsg]:
        """Yield the parameters that an event says are new or changed."""
        yield from event.new_parameters
        yield from event.changed_parameters

    def add_parameter_callback(
        self, parameter_name: str, node_name: str, callback: Callable[[ParameterMsg], None]
    ) -> ParameterCallbackHandle:
        """Call a function when a parameter changes.

        Args:
            parameter_name: name of the parameter.
            node_name: its node, by a full name or relative to the namespace; '' is this node.
            callback: takes the parameter.

        Returns:
            What to remove it with.
        """
        handle = ParameterCallbackHandle(parameter_name, self._resolve_path(node_name), callback)
        self._callbacks.add_for_parameter(handle)
        return handle

    def remove_parameter_callback(self, handle: ParameterCallbackHandle) -> None:
        """End what `add_parameter_callback` began.

        Raises:
            RuntimeError: it was ended before.
        """
        self._callbacks.remove_for_parameter(handle)

    def add_parameter_event_callback(
        self, callback: Callable[[ParameterEvent], None]
    ) -> ParameterEventCallbackHandle:
        """Call a function with every event; return what to remove it with."""
        handle = ParameterEventCallbackHandle(callback)
        self._callbacks.add_for_events(handle)
        return handle

    def remove_parameter_event_callback(self, handle: ParameterEventCallbackHandle) -> None:
        """End what `add_parameter_event_callback` began; see there and above."""
        self._callbacks.remove_for_events(handle)

    def _resolve_path(self, name: str = '') -> str:
        if not name:
            return self.node.get_fully_qualified_name()
        return name if name.startswith('/') else f'{self.node.get_namespace().rstrip("/")}/{name}'
