"""Nodes."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import ParameterDescriptor, ParameterEvent
from rclpy._rclpy_pybind11 import RCLError
from rclpy.callback_groups import (
    CallbackGroup,
    MutuallyExclusiveCallbackGroup,
    ReentrantCallbackGroup,
)
from rclpy.client import Client
from rclpy.clock import Clock, ROSClock
from rclpy.constants import S_TO_NS
from rclpy.event_handler import PublisherEventCallbacks, SubscriptionEventCallbacks
from rclpy.exceptions import InvalidHandle, NotInitializedException
from rclpy.guard_condition import GuardCondition
from rclpy.impl.node_graph import NodeGraph
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.node_parameters import NodeParameters
from rclpy.impl.rcutils_logger import RcutilsLogger
from rclpy.impl.rosout import RosoutPublisher
from rclpy.impl.service_handles import ClientHandle, ServiceHandle
from rclpy.impl.topic_handles import PublisherHandle, SubscriptionHandle
from rclpy.logging import get_logger
from rclpy.logging_service import LoggingService
from rclpy.parameter import Parameter
from rclpy.parameter_service import ParameterService
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile, qos_profile_parameter_events, qos_profile_services_default
from rclpy.service import Service
from rclpy.subscription import Subscription
from rclpy.time_source import TimeSource
from rclpy.timer import Rate, Timer
from rclpy.type_description_service import TypeDescriptionService
from rclpy.type_support import check_is_valid_msg_type, check_is_valid_srv_type
from rclpy.utilities import get_default_context

if TYPE_CHECKING:
    from rclpy.context import Context
    from rclpy.executors import Executor
    from rclpy.waitable import Waitable

__all__ = ['Node']


class Node(NodeParameters, NodeGraph):
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
        self._publishers: list[Publisher] = []
        self._subscriptions: list[Subscription] = []
        self._clients: list[Client] = []
        self._services: list[Service] = []
        self._timers: list[Timer] = []
        self._guards: list[GuardCondition] = []
        self._waitables: list[Waitable] = []
        self._default_callback_group = MutuallyExclusiveCallbackGroup()
        self._rate_group = ReentrantCallbackGroup()
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
    def publishers(self) -> Iterator[Publisher]:
        """The publishers of the node."""
        yield from self._publishers

    @property
    def subscriptions(self) -> Iterator[Subscription]:
        """The subscriptions of the node."""
        yield from self._subscriptions

    @property
    def clients(self) -> Iterator[Client]:
        """The clients of the node."""
        yield from self._clients

    @property
    def services(self) -> Iterator[Service]:
        """The services of the node."""
        yield from self._services

    @property
    def timers(self) -> Iterator[Timer]:
        """The timers of the node."""
        yield from self._timers

    @property
    def guards(self) -> Iterator[GuardCondition]:
        """The guard conditions of the node."""
        yield from self._guards

    @property
    def waitables(self) -> Iterator[Waitable]:
        """The waitables of the node, those of QoS events among them."""
        yield from self._waitables

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
    def default_callback_group(self) -> CallbackGroup:
        """The callback group of entities that are made without one."""
        return self._default_callback_group

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

    def add_waitable(self, waitable: Waitable) -> None:
        """Have the executor wait for something more."""
        self._waitables.append(waitable)
        self._wake_executor()

    def remove_waitable(self, waitable: Waitable) -> None:
        """End what `add_waitable` began."""
        self._waitables.remove(waitable)
        self._wake_executor()

    def resolve_topic_name(self, topic: str, *, only_expand: bool = False) -> str:
        """Return the full name of a topic, after remapping unless `only_expand` is set."""
        with self._handle as handle:
            return handle.resolve(topic, is_service=False, only_expand=only_expand)

    def resolve_service_name(self, service: str, *, only_expand: bool = False) -> str:
        """Return the full name of a service, after remapping unless `only_expand` is set."""
        with self._handle as handle:
            return handle.resolve(service, is_service=True, only_expand=only_expand)

    def create_publisher(
        self,
        msg_type: type,
        topic: str,
        qos_profile: QoSProfile | int,
        *,
        callback_group: CallbackGroup | None = None,
        event_callbacks: PublisherEventCallbacks | None = None,
        qos_overriding_options: Any = None,
        publisher_class: type[Publisher] = Publisher,
    ) -> Publisher:
        """Make a publisher.

        Args:
            msg_type: class of the messages.
            topic: name; relative to the namespace, or to the node with ~ in front.
            qos_profile: quality of service, or the depth of the default one.
            callback_group: group of the event callbacks.
            event_callbacks: functions for QoS events.
            qos_overriding_options: not served; must be None.
            publisher_class: class of the publisher.

        Raises:
            InvalidTopicNameException: the name has a wrong form.
            TypeError, ValueError: the quality of service is none.
        """
        profile = _profile(qos_profile)
        _refuse_overriding(qos_overriding_options)
        group = callback_group or self._default_callback_group
        with self._handle as handle:
            _check_context(handle, 'publisher')
            full_name = handle.resolve(topic, is_service=False)
            check_is_valid_msg_type(msg_type)
            made = PublisherHandle(handle, full_name, msg_type._TYPE_SUPPORT, profile)
        try:
            publisher = publisher_class(
                made,
                msg_type,
                topic,
                profile,
                event_callbacks=event_callbacks or PublisherEventCallbacks(),
                callback_group=group,
            )
        except Exception:
            made.destroy_when_not_in_use()
            raise
        self._publishers.append(publisher)
        self._waitables.extend(publisher.event_handlers)
        self._wake_executor()
        return publisher

    def create_subscription(
        self,
        msg_type: type,
        topic: str,
        callback: Callable[..., Any],
        qos_profile: QoSProfile | int,
        *,
        callback_group: CallbackGroup | None = None,
        event_callbacks: SubscriptionEventCallbacks | None = None,
        qos_overriding_options: Any = None,
        raw: bool = False,
    ) -> Subscription:
        """Make a subscription.

        Args:
            msg_type: class of the messages.
            topic: name; see `create_publisher`.
            callback: takes the message, or the message and a MessageInfo.
            qos_profile: quality of service, or the depth of the default one.
            callback_group: group of the callbacks.
            event_callbacks: functions for QoS events.
            qos_overriding_options: not served; must be None.
            raw: give the callback bytes.

        Raises:
            As `create_publisher`; RuntimeError where the callback takes other arguments.
        """
        profile = _profile(qos_profile)
        _refuse_overriding(qos_overriding_options)
        group = callback_group or self._default_callback_group
        with self._handle as handle:
            _check_context(handle, 'subscription')
            full_name = handle.resolve(topic, is_service=False)
            check_is_valid_msg_type(msg_type)
            made = SubscriptionHandle(handle, full_name, msg_type._TYPE_SUPPORT, profile)
        try:
            subscription = Subscription(
                made,
                msg_type,
                topic,
                callback,
                group,
                profile,
                raw,
                event_callbacks=event_callbacks or SubscriptionEventCallbacks(),
            )
        except Exception:
            made.destroy_when_not_in_use()
            raise
        group.add_entity(subscription)
        self._subscriptions.append(subscription)
        self._waitables.extend(subscription.event_handlers)
        self._wake_executor()
        return subscription

    def create_client(
        self,
        srv_type: type,
        srv_name: str,
        *,
        qos_profile: QoSProfile = qos_profile_services_default,
        callback_group: CallbackGroup | None = None,
    ) -> Client:
        """Make a client of a service.

        Raises:
            InvalidServiceNameException: the name has a wrong form.
        """
        group = callback_group or self._default_callback_group
        check_is_valid_srv_type(srv_type)
        with self._handle as handle:
            _check_context(handle, 'client')
            full_name = handle.resolve(srv_name, is_service=True)
            made = ClientHandle(handle, full_name, srv_type, qos_profile)
        client = Client(self._context, made, srv_type, srv_name, qos_profile, group)
        group.add_entity(client)
        self._clients.append(client)
        self._wake_executor()
        return client

    def create_service(
        self,
        srv_type: type,
        srv_name: str,
        callback: Callable[[Any, Any], Any],
        *,
        qos_profile: QoSProfile = qos_profile_services_default,
        callback_group: CallbackGroup | None = None,
    ) -> Service:
        """Offer a service; the callback takes request and response and returns the response.

        Raises:
            InvalidServiceNameException: the name has a wrong form.
        """
        group = callback_group or self._default_callback_group
        check_is_valid_srv_type(srv_type)
        with self._handle as handle:
            _check_context(handle, 'service')
            full_name = handle.resolve(srv_name, is_service=True)
            made = ServiceHandle(handle, full_name, srv_type, qos_profile)
        service = Service(made, srv_type, srv_name, callback, group, qos_profile)
        group.add_entity(service)
        self._services.append(service)
        self._wake_executor()
        return service

    def create_timer(
        self,
        timer_period_sec: float,
        callback: Callable[..., Any] | None,
        callback_group: CallbackGroup | None = None,
        clock: Clock | None = None,
        autostart: bool = True,
    ) -> Timer:
        """Call a function every period [s] of a clock, the node's where it is None."""
        group = callback_group or self._default_callback_group
        timer = Timer(
            callback,
            group,
            int(float(timer_period_sec) * S_TO_NS),
            clock or self._clock,
            context=self._context,
            autostart=autostart,
        )
        group.add_entity(timer)
        self._timers.append(timer)
        self._wake_executor()
        return timer

    def create_guard_condition(
        self, callback: Callable[[], Any], callback_group: CallbackGroup | None = None
    ) -> GuardCondition:
        """Call a function in the executor whenever the condition is triggered."""
        group = callback_group or self._default_callback_group
        guard = GuardCondition(callback, group, context=self._context)
        group.add_entity(guard)
        self._guards.append(guard)
        self._wake_executor()
        return guard

    def create_rate(self, frequency: float, clock: Clock | None = None) -> Rate:
        """Return something to sleep with at a frequency [Hz].

        Raises:
            ValueError: the frequency is not positive.
        """
        if frequency <= 0:
            raise ValueError('frequency must be > 0')
        timer = self.create_timer(1.0 / frequency, None, self._rate_group, clock)
        return Rate(timer, context=self._context)

    def _destroy_entity(self, entities: list, entity: Any) -> bool:
        """Remove an entity from its list and destroy it."""
        if entity not in entities:
            return False
        entities.remove(entity)
        for handler in getattr(entity, 'event_handlers', ()):
            self._waitables.remove(handler)
        try:
            entity.destroy()
        except InvalidHandle:
            return False
        self._wake_executor()
        return True

    def destroy_publisher(self, publisher: Publisher) -> bool:
        """Destroy a publisher; return False where it is not the node's."""
        return self._destroy_entity(self._publishers, publisher)

    def destroy_subscription(self, subscription: Subscription) -> bool:
        """Destroy a subscription; return False where it is not the node's."""
        return self._destroy_entity(self._subscriptions, subscription)

    def destroy_client(self, client: Client) -> bool:
        """Destroy a client; return False where it is not the node's."""
        return self._destroy_entity(self._clients, client)

    def destroy_service(self, service: Service) -> bool:
        """Destroy a service; return False where it is not the node's."""
        return self._destroy_entity(self._services, service)

    def destroy_timer(self, timer: Timer) -> bool:
        """Destroy a timer; return False where it is not the node's."""
        return self._destroy_entity(self._timers, timer)

    def destroy_guard_condition(self, guard: GuardCondition) -> bool:
        """Destroy a guard condition; return False where it is not the node's."""
        return self._destroy_entity(self._guards, guard)

    def destroy_rate(self, rate: Rate) -> bool:
        """Destroy a rate; return False where it is not the node's."""
        success = self.destroy_timer(rate._timer)
        rate.destroy()
        return success

    def destroy_node(self) -> None:
        """Destroy the node and all that it has; calling it again does nothing."""
        self._context.untrack_node(self)
        self._parameter_event_publisher = None
        with self._handle.announcing():
            for entities in (
                self._publishers,
                self._subscriptions,
                self._clients,
                self._services,
                self._timers,
                self._guards,
            ):
                while entities:
                    self._destroy_entity(entities, entities[0])
            if self._rosout is not None:
                self._rosout.destroy()
                self._rosout = None
            try:
                self._handle.destroy_when_not_in_use()
            except InvalidHandle:
                return
        self._wake_executor()


def _profile(qos_profile: QoSProfile | int) -> QoSProfile:
    if isinstance(qos_profile, QoSProfile):
        return qos_profile
    if not isinstance(qos_profile, int):
        raise TypeError(f'Expected QoSProfile or int, but received {type(qos_profile)!r}')
    if qos_profile < 0:
        raise ValueError('history depth must be greater than or equal to zero')
    return QoSProfile(depth=qos_profile)


def _refuse_overriding(options: Any) -> None:
    if options is not None:
        raise NotImplementedError(
            'ros2_embedded does not serve qos_overriding_options; read your own parameter and '
            'make the QoSProfile from it.'
        )


def _check_context(handle: NodeHandle, what: str) -> None:
    if not handle.context.ok():
        raise RCLError(f"Failed to create {what}: rcl node's context is invalid")
