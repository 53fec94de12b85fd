"""Nodes."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from rcl_interfaces.msg import ParameterDescriptor, ParameterEvent
from rclpy._rclpy_pybind11 import NodeNameNonExistentError
from rclpy.clock import Clock, ROSClock
from rclpy.exceptions import InvalidHandle, NotInitializedException
from rclpy.impl.node_entities import NodeEntities
from rclpy.impl.node_graph import NodeGraph
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.node_parameters import NodeParameters
from rclpy.impl.rcutils_logger import RcutilsLogger
from rclpy.impl.rosout import RosoutPublisher
from rclpy.logging import get_logger
from rclpy.logging_service import LoggingService
from rclpy.parameter import Parameter
from rclpy.parameter_service import ParameterService
from rclpy.publisher import Publisher
from rclpy.qos import qos_profile_parameter_events
from rclpy.time_source import TimeSource
from rclpy.type_description_service import TypeDescriptionService
from rclpy.type_support import MsgType as MsgType
from rclpy.type_support import SrvType as SrvType
from rclpy.type_support import SrvTypeRequest as SrvTypeRequest
from rclpy.type_support import SrvTypeResponse as SrvTypeResponse
from rclpy.utilities import get_default_context

if TYPE_CHECKING:
    from rclpy.context import Context
    from rclpy.executors import Executor

__all__ = [
    'HIDDEN_NODE_PREFIX',
    'MsgType',
    'Node',
    'NodeNameNonExistentError',
    'SrvType',
    'SrvTypeRequest',
    'SrvTypeResponse',
]

HIDDEN_NODE_PREFIX = '_'


class Node(NodeEntities, NodeParameters, NodeGraph):
    """A node of the ROS graph: it has publishers, subscriptions, services, parameters, timers."""

    def __init__(
        self,
        node_name: str,
        *,
        context: Context | None = None,
        cli_args: list[str] | None = None,
        namespace: str | None = None,
        use_global_arguments: bool = True,
        enable_rosout: bool = True,
        start_parameter_services: bool = True,
        parameter_overrides: list[Parameter] | None = None,
        allow_undeclared_parameters: bool = False,
        automatically_declare_parameters_from_overrides: bool = False,
        enable_logger_service: bool = False,
    ) -> None:
        """Make a node.

        Args:
            node_name: name.
            context: the default one where it is None.
            cli_args: arguments for this node only, with --ros-args in front.
            namespace: put in front of relative names.
            use_global_arguments: take the arguments of the process, too.
            enable_rosout: send log messages to /rosout.
            start_parameter_services: let other nodes see and set the parameters.
            parameter_overrides: values that win over defaults, files and arguments.
            allow_undeclared_parameters: let parameters be set that were not declared.
            automatically_declare_parameters_from_overrides: declare all that have an override.
            enable_logger_service: let other nodes see and set log levels.

        Raises:
            NotInitializedException: rclpy.init() was not called.
            InvalidNodeNameException, InvalidNamespaceException: a name has a wrong form.
        """
        self._context = get_default_context() if context is None else context
        self._init_entities()
        self._executor_weakref: weakref.ReferenceType[Executor] | None = None
        self._init_parameters(allow_undeclared_parameters)
        if self._context.handle is None or not self._context.ok():
            raise NotInitializedException('cannot create node')
        # All that a node begins with is announced as one change of the graph.
        with self._context.handle.participant.announcing():
            self._handle = NodeHandle(
                node_name, namespace or '', self._context.handle, cli_args, use_global_arguments
            )
            self._logger = get_logger(self._handle.logger_name)
            self._rosout: RosoutPublisher | None = None
            if enable_rosout and self._handle.rosout_enabled:
                self._rosout = RosoutPublisher(self._handle)
            self._parameter_event_publisher: Publisher | None = self.create_publisher(
                ParameterEvent, '/parameter_events', qos_profile_parameter_events
            )
            overrides = self._handle.parameter_overrides()
            self._parameter_overrides = {
                name: Parameter(name, value=value) for name, value in overrides.items()
            }
            self._parameter_overrides.update({p.name: p for p in parameter_overrides or ()})
            self._clock = ROSClock()
            if automatically_declare_parameters_from_overrides:
                self.declare_parameters(
                    '',
                    [
                        (name, parameter.value, ParameterDescriptor())
                        for name, parameter in self._parameter_overrides.items()
                    ],
                    ignore_override=True,
                )
            self._time_source = TimeSource(node=self)
            self._time_source.attach_clock(self._clock)
            if start_parameter_services:
                self._parameter_service = ParameterService(self)
            if enable_logger_service:
                self._logger_service = LoggingService(self)
            self._type_description_service = TypeDescriptionService(self)
        self._context.track_node(self)

    @property
    def executor(self) -> Executor | None:
        """The executor that runs its callbacks, None without one."""
        return self._executor_weakref() if self._executor_weakref else None

    @executor.setter
    def executor(self, new_executor: Executor | None) -> None:
        current = self.executor
        if current is new_executor:
            return
        if current is not None:
            current.remove_node(self)
        if new_executor is None:
            self._executor_weakref = None
        else:
            new_executor.add_node(self)
            self._executor_weakref = weakref.ref(new_executor)

    def _wake_executor(self) -> None:
        executor = self.executor
        if executor is not None:
            executor.wake()

    @property
    def context(self) -> Context:
        """The context that it belongs to."""
        return self._context

    @property
    def handle(self) -> NodeHandle:
        """Name and place in the graph."""
        return self._handle

    def get_name(self) -> str:
        """Return the name."""
        with self._handle as handle:
            return handle.name

    def get_namespace(self) -> str:
        """Return the namespace."""
        with self._handle as handle:
            return handle.namespace

    def get_fully_qualified_name(self) -> str:
        """Return namespace and name joined."""
        with self._handle as handle:
            return handle.full_name

    def get_clock(self) -> Clock:
        """Return the clock, which follows /clock while use_sim_time is set."""
        return self._clock

    def get_logger(self) -> RcutilsLogger:
        """Return the logger."""
        return self._logger

    def resolve_topic_name(self, topic: str, *, only_expand: bool = False) -> str:
        """Return the full name of a topic, after remapping unless `only_expand` is set."""
        with self._handle as handle:
            return handle.resolve(topic, is_service=False, only_expand=only_expand)

    def resolve_service_name(self, service: str, *, only_expand: bool = False) -> str:
        """Return the full name of a service, after remapping unless `only_expand` is set."""
        with self._handle as handle:
            return handle.resolve(service, is_service=True, only_expand=only_expand)

    def destroy_node(self) -> None:
        """Destroy the node and all that it has; calling it again does nothing."""
        self._context.untrack_node(self)
        self._parameter_event_publisher = None
        with self._handle.announcing():
            self._destroy_entities()
            if self._rosout is not None:
                self._rosout.destroy()
                self._rosout = None
            try:
                self._handle.destroy_when_not_in_use()
            except InvalidHandle:
                return
        self._wake_executor()
