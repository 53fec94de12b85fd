"""The six services by which other nodes see and set parameters."""

from __future__ import annotations

import contextlib
import weakref
from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.msg import SetParametersResult
from rcl_interfaces.srv import (
    DescribeParameters,
    GetParameters,
    GetParameterTypes,
    ListParameters,
    SetParameters,
    SetParametersAtomically,
)
from rclpy.exceptions import ParameterNotDeclaredException, ParameterUninitializedException
from rclpy.parameter import Parameter
from rclpy.qos import qos_profile_parameters

if TYPE_CHECKING:
    from rclpy.node import Node

_TYPES = {each.value for each in Parameter.Type}


class ParameterService:
    """Offers the services of a node."""

    def __init__(self, node: Node) -> None:
        self._node_weak_ref = weakref.ref(node)
        for srv_type, name, callback in (
            (DescribeParameters, 'describe_parameters', self._describe_parameters),
            (GetParameters, 'get_parameters', self._get_parameters),
            (GetParameterTypes, 'get_parameter_types', self._get_parameter_types),
            (ListParameters, 'list_parameters', self._list_parameters),
            (SetParameters, 'set_parameters', self._set_parameters),
            (
                SetParametersAtomically,
                'set_parameters_atomically',
                self._set_parameters_atomically,
            ),
        ):
            node.create_service(
                srv_type, f'~/{name}', callback, qos_profile=qos_profile_parameters
            )

    def _describe_parameters(self, request: Any, response: Any) -> Any:
        # One unknown name leaves the whole answer empty.
        with contextlib.suppress(ParameterNotDeclaredException):
            response.descriptors = self._get_node().describe_parameters(request.names)
        return response

    def _get_parameters(self, request: Any, response: Any) -> Any:
        with contextlib.suppress(ParameterNotDeclaredException, ParameterUninitializedException):
            found = self._get_node().get_parameters(request.names)
            response.values = [each.get_parameter_value() for each in found]
        return response

    def _get_parameter_types(self, request: Any, response: Any) -> Any:
        with contextlib.suppress(ParameterNotDeclaredException):
            response.types = self._get_node().get_parameter_types(request.names)
        return response

    def _list_parameters(self, request: Any, response: Any) -> Any:
        response.result = self._get_node().list_parameters(request.prefixes, request.depth)
        return response

    def _set_parameters(self, request: Any, response: Any) -> Any:
        response.results = [self._set([each]) for each in request.parameters]
        return response

    def _set_parameters_atomically(self, request: Any, response: Any) -> Any:
        response.result = self._set(request.parameters)
        return response

    def _set(self, messages: list[ParameterMsg]) -> SetParametersResult:
        for each in messages:
            if each.value.type not in _TYPES:
                return SetParametersResult(
                    successful=False,
                    reason=f"The type {each.value.type} of parameter '{each.name}' is none; "
                    f'known are {min(_TYPES)} to {max(_TYPES)}.',
                )
        try:
            return self._get_node().set_parameters_atomically(
                [Parameter.from_parameter_msg(each) for each in messages]
            )
        except ParameterNotDeclaredException as error:
            return SetParametersResult(successful=False, reason=str(error))

    def _get_node(self) -> Node:
        node = self._node_weak_ref()
        if node is None:
            raise ReferenceError('Expected valid node weak reference')
        return node
