"""The entities of a node, as methods of Node: what it makes, has and destroys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rclpy._rclpy_pybind11 import RCLError
from rclpy.callback_groups import (
    CallbackGroup,
    MutuallyExclusiveCallbackGroup,
    ReentrantCallbackGroup,
)
from rclpy.client import Client
from rclpy.constants import S_TO_NS
from rclpy.event_handler import PublisherEventCallbacks, SubscriptionEventCallbacks
from rclpy.exceptions import InvalidHandle
from rclpy.guard_condition import GuardCondition
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.service_handles import ClientHandle, ServiceHandle
from rclpy.impl.topic_handles import PublisherHandle, SubscriptionHandle
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile, qos_profile_services_default
from rclpy.service import Service
from rclpy.subscription import Subscription
from rclpy.timer import Rate, Timer
from rclpy.type_support import check_is_valid_msg_type, check_is_valid_srv_type

if TYPE_CHECKING:
    from rclpy.clock import Clock
    from rclpy.context import Context
    from rclpy.qos_overriding_options import QoSOverridingOptions
    from rclpy.waitable import Waitable


class NodeEntities:
    """Makes, lists and destroys publishers, subscriptions, clients, services, timers, guards."""

    _clock: Clock
    _context: Context
    _handle: NodeHandle
    _wake_executor: Callable[[], None]

    def _init_entities(self) -> None:
        self._publishers: list[Publisher] = []
        self._subscriptions: list[Subscription] = []
        self._clients: list[Client] = []
        self._services: list[Service] = []
        self._timers: list[Timer] = []
        self._guards: list[GuardCondition] = []
        self._waitables: list[Waitable] = []
        self._default_callback_group = MutuallyExclusiveCallbackGroup()
        self._rate_group = ReentrantCallbackGroup()

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
    def default_callback_group(self) -> CallbackGroup:
        """The callback group of entities that are made without one."""
        return self._default_callback_group

    def add_waitable(self, waitable: Waitable) -> None:
        """Have the executor wait for something more."""
        self._waitables.append(waitable)
        self._wake_executor()

    def remove_waitable(self, waitable: Waitable) -> None:
        """End what `add_waitable` began."""
        self._waitables.remove(waitable)
        self._wake_executor()

    def create_publisher(
        self,
        msg_type: type,
        topic: str,
        qos_profile: QoSProfile | int,
        *,
        callback_group: CallbackGroup | None = None,
        event_callbacks: PublisherEventCallbacks | None = None,
        qos_overriding_options: QoSOverridingOptions | None = None,
        publisher_class: type[Publisher] = Publisher,
    ) -> Publisher:
        """Make a publisher.

        Args:
            msg_type: class of the messages.
            topic: name; relative to the namespace, or to the node with ~ in front.
            qos_profile: quality of service, or the depth of the default one.
            callback_group: group of the event callbacks.
            event_callbacks: functions for QoS events.
            qos_overriding_options: which policies parameters may override; None for none.
            publisher_class: class of the publisher.

        Raises:
            InvalidTopicNameException: the name has a wrong form.
            TypeError, ValueError: the quality of service is none.
        """
        profile = _profile(qos_profile)
        group = callback_group or self._default_callback_group
        with self._handle as handle:
            _check_context(handle, 'publisher')
            full_name = handle.resolve(topic, is_service=False)
            check_is_valid_msg_type(msg_type)
            if qos_overriding_options is not None:
                profile = self._overridden(Publisher, full_name, profile, qos_overriding_options)
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
        self._waitables.extend(each for each in publisher.event_handlers if not each.never)
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
        qos_overriding_options: QoSOverridingOptions | None = None,
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
            qos_overriding_options: which policies parameters may override; None for none.
            raw: give the callback bytes.

        Raises:
            As `create_publisher`; RuntimeError where the callback takes other arguments.
        """
        profile = _profile(qos_profile)
        group = callback_group or self._default_callback_group
        with self._handle as handle:
            _check_context(handle, 'subscription')
            full_name = handle.resolve(topic, is_service=False)
            check_is_valid_msg_type(msg_type)
            if qos_overriding_options is not None:
                profile = self._overridden(
                    Subscription, full_name, profile, qos_overriding_options
                )
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
        self._waitables.extend(each for each in subscription.event_handlers if not each.never)
        self._wake_executor()
        return subscription

    def _overridden(
        self,
        entity_type: type[Publisher] | type[Subscription],
        topic: str,
        profile: QoSProfile,
        options: QoSOverridingOptions,
    ) -> QoSProfile:
        # Here, as it needs parameters, which few nodes override QoS with.
        from rclpy.qos_overriding_options import overridden_profile

        return overridden_profile(entity_type, self, topic, profile, options)

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
            if not handler.never:
                self._waitables.remove(handler)
        try:
            entity.destroy()
        except InvalidHandle:
            return False
        self._wake_executor()
        return True

    def _destroy_entities(self) -> None:
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


def _profile(qos_profile: QoSProfile | int) -> QoSProfile:
    if isinstance(qos_profile, QoSProfile):
        return qos_profile
    if not isinstance(qos_profile, int):
        raise TypeError(f'Expected QoSProfile or int, but received {type(qos_profile)!r}')
    if qos_profile < 0:
        raise ValueError('history depth must be greater than or equal to zero')
    return QoSProfile(depth=qos_profile)


def _check_context(handle: NodeHandle, what: str) -> None:
    if not handle.context.ok():
        raise RCLError(f"Failed to create {what}: rcl node's context is invalid")
