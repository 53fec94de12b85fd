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
        self._lock = threading.RLock()
        self._for_parameters: list[ParameterCallbackHandle] = []
        self._for_events: list[ParameterEventCallbackHandle] = []
        self.parameter_event_subscription = node.create_subscription(
            ParameterEvent, '/parameter_events', self._take, qos_profile, **options
        )

    def destroy(self) -> None:
        """End the subscription."""
        self.node.destroy_subscription(self.parameter_event_subscription)

    def _take(self, event: ParameterEvent) -> None:
        with self._lock:
            for each in list(self._for_parameters):
                found = self.get_parameter_from_event(event, each.parameter_name, each.node_name)
                if found is not None:
                    each.callback(found)
            for each in list(self._for_events):
                each.callback(event)

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
        handle = ParameterCallbackHandle(parameter_name, self._full_name(node_name), callback)
        with self._lock:
            self._for_parameters.insert(0, handle)
        return handle

    def remove_parameter_callback(self, handle: ParameterCallbackHandle) -> None:
        """End what `add_parameter_callback` began.

        Raises:
            RuntimeError: it was ended before.
        """
        self._remove(self._for_parameters, handle)

    def add_parameter_event_callback(
        self, callback: Callable[[ParameterEvent], None]
    ) -> ParameterEventCallbackHandle:
        """Call a function with every event; return what to remove it with."""
        handle = ParameterEventCallbackHandle(callback)
        with self._lock:
            self._for_events.insert(0, handle)
        return handle

    def remove_parameter_event_callback(self, handle: ParameterEventCallbackHandle) -> None:
        """End what `add_parameter_event_callback` began; see there and above."""
        self._remove(self._for_events, handle)

    def _remove(self, handles: list, handle: Any) -> None:
        with self._lock:
            if handle not in handles:
                raise RuntimeError("Callback doesn't exist")
            handles.remove(handle)

    def _full_name(self, name: str) -> str:
        if not name:
            return self.node.get_fully_qualified_name()
        return name if name.startswith('/') else f'{self.node.get_namespace().rstrip("/")}/{name}'
