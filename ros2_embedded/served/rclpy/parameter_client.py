"""Sees and sets the parameters of another node."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.msg import ParameterEvent
from rcl_interfaces.srv import (
    DescribeParameters,
    GetParameters,
    GetParameterTypes,
    ListParameters,
    SetParameters,
    SetParametersAtomically,
)
from rclpy.parameter import Parameter, parameter_dict_from_yaml_file
from rclpy.qos import QoSProfile, qos_profile_parameter_events, qos_profile_services_default
from rclpy.task import Future

if TYPE_CHECKING:
    from rclpy.callback_groups import CallbackGroup
    from rclpy.client import Client
    from rclpy.node import Node
    from rclpy.subscription import Subscription

Callback = Callable[[Future[Any]], None]

# How often `wait_for_services` looks for the node [s].
_LOOK_PERIOD = 0.01


class AsyncParameterClient:
    """Calls the six parameter services of a node; each call returns a future.

    A `callback` that is given to a method is called with the future when the answer is there.
    """

    def __init__(
        self,
        node: Node,
        remote_node_name: str,
        qos_profile: QoSProfile = qos_profile_services_default,
        callback_group: CallbackGroup | None = None,
    ) -> None:
        """Make the clients.

        Args:
            node: node that calls, and must be spun for answers to come.
            remote_node_name: name of the other node, understood like a service's.
            qos_profile: of all clients.
            callback_group: of all clients.
        """
        self.node = node
        self.remote_node_name = remote_node_name

        def client(srv_type: type, name: str) -> Client:
            return node.create_client(
                srv_type,
                f'{remote_node_name}/{name}',
                qos_profile=qos_profile,
                callback_group=callback_group,
            )

        self._get = client(GetParameters, 'get_parameters')
        self._list = client(ListParameters, 'list_parameters')
        self._set = client(SetParameters, 'set_parameters')
        self._types = client(GetParameterTypes, 'get_parameter_types')
        self._describe = client(DescribeParameters, 'describe_parameters')
        self._set_atomically = client(SetParametersAtomically, 'set_parameters_atomically')

    def services_are_ready(self) -> bool:
        """Whether all six services can be called now."""
        clients = (
            self._get,
            self._list,
            self._set,
            self._types,
            self._describe,
            self._set_atomically,
        )
        return all(each.service_is_ready() for each in clients)

    def wait_for_services(self, timeout_sec: float | None = None) -> bool:
        """Wait for the services, at most so long [s]; return whether they are there."""
        end = float('inf') if timeout_sec is None else time.monotonic() + timeout_sec
        while not self.services_are_ready():
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(_LOOK_PERIOD, left))
        return True

    def list_parameters(
        self,
        prefixes: list[str] | None = None,
        depth: int | None = None,
        callback: Callback | None = None,
    ) -> Future[ListParameters.Response]:
        """Ask for the names, below prefixes and down to a depth where these are given."""
        request = ListParameters.Request(prefixes=prefixes or [], depth=depth or 0)
        return _call(self._list, request, callback)

    def get_parameters(
        self, names: list[str], callback: Callback | None = None
    ) -> Future[GetParameters.Response]:
        """Ask for values."""
        return _call(self._get, GetParameters.Request(names=names), callback)

    def set_parameters(
        self, parameters: Sequence[Parameter | ParameterMsg], callback: Callback | None = None
    ) -> Future[SetParameters.Response]:
        """Set parameters one by one."""
        request = SetParameters.Request(parameters=_messages(parameters))
        return _call(self._set, request, callback)

    def set_parameters_atomically(
        self, parameters: Sequence[Parameter | ParameterMsg], callback: Callback | None = None
    ) -> Future[SetParametersAtomically.Response]:
        """Set all parameters, or none if one is refused."""
        request = SetParametersAtomically.Request(parameters=_messages(parameters))
        return _call(self._set_atomically, request, callback)

    def delete_parameters(
        self, names: list[str], callback: Callback | None = None
    ) -> Future[SetParameters.Response]:
        """Unset parameters."""
        return self.set_parameters([Parameter(name) for name in names], callback)

    def describe_parameters(
        self, names: list[str], callback: Callback | None = None
    ) -> Future[DescribeParameters.Response]:
        """Ask for descriptions."""
        return _call(self._describe, DescribeParameters.Request(names=names), callback)

    def get_parameter_types(
        self, names: list[str], callback: Callback | None = None
    ) -> Future[GetParameterTypes.Response]:
        """Ask for types."""
        return _call(self._types, GetParameterTypes.Request(names=names), callback)

    def load_parameter_file(
        self, parameter_file: str, use_wildcard: bool = False, callback: Callback | None = None
    ) -> Future[SetParameters.Response]:
        """Set what a parameter file holds, one by one.

        Args:
            parameter_file: path.
            use_wildcard: take in what stands below `/**`.
            callback: see the class.

        Raises:
            RuntimeError: the file is no parameter file.
        """
        found = parameter_dict_from_yaml_file(parameter_file, use_wildcard)
        return self.set_parameters(list(found.values()), callback)

    def load_parameter_file_atomically(
        self, parameter_file: str, use_wildcard: bool = False, callback: Callback | None = None
    ) -> Future[SetParametersAtomically.Response]:
        """Set all that a parameter file holds, or nothing; see `load_parameter_file`."""
        found = parameter_dict_from_yaml_file(parameter_file, use_wildcard)
        return self.set_parameters_atomically(list(found.values()), callback)

    def on_parameter_event(
        self,
        callback: Callable[..., Any],
        qos_profile: QoSProfile = qos_profile_parameter_events,
        **options: Any,
    ) -> Subscription:
        """Subscribe to the parameter events of all nodes.

        Args:
            callback: takes the event, or the event and a MessageInfo.
            qos_profile: quality of service.
            **options: further ones of `Node.create_subscription`.
        """
        return self.node.create_subscription(
            ParameterEvent, '/parameter_events', callback, qos_profile, **options
        )


def _call(client: Client, request: Any, callback: Callback | None) -> Future[Any]:
    future = client.call_async(request)
    if callback is not None:
        future.add_done_callback(callback)
    return future


def _messages(parameters: Sequence[Parameter | ParameterMsg]) -> list[ParameterMsg]:
    return [
        each.to_parameter_msg() if isinstance(each, Parameter) else each for each in parameters
    ]
