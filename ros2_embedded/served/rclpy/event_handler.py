"""Callbacks for QoS events."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from rclpy._rclpy_pybind11 import (
    UnsupportedEventTypeError,
    rcl_publisher_event_type_t,
    rcl_subscription_event_type_t,
)
from rclpy.impl.event_handle import (
    CountStatus,
    EventHandle,
    IncompatibleQosStatus,
    IncompatibleTypeStatus,
    LivelinessChangedStatus,
    MatchedStatus,
)
from rclpy.logging import get_logger
from rclpy.qos import qos_policy_name_from_kind
from rclpy.waitable import NumberOfEntities, Waitable

if TYPE_CHECKING:
    from rclpy.callback_groups import CallbackGroup
    from rclpy.impl.rcutils_logger import RcutilsLogger
    from rclpy.impl.topic_handles import TopicHandle
    from rclpy.impl.wait_set import WaitSet

__all__ = [
    'EventHandler',
    'IncompatibleTypeInfo',
    'PublisherEventCallbacks',
    'QoSLivelinessChangedInfo',
    'QoSLivelinessLostInfo',
    'QoSMessageLostInfo',
    'QoSOfferedDeadlineMissedInfo',
    'QoSOfferedIncompatibleQoSInfo',
    'QoSPublisherEventType',
    'QoSPublisherMatchedInfo',
    'QoSRequestedDeadlineMissedInfo',
    'QoSRequestedIncompatibleQoSInfo',
    'QoSSubscriptionEventType',
    'QoSSubscriptionMatchedInfo',
    'SubscriptionEventCallbacks',
    'UnsupportedEventTypeError',
]

QoSPublisherEventType = rcl_publisher_event_type_t
QoSSubscriptionEventType = rcl_subscription_event_type_t
QoSRequestedDeadlineMissedInfo = CountStatus
QoSOfferedDeadlineMissedInfo = CountStatus
QoSLivelinessLostInfo = CountStatus
QoSMessageLostInfo = CountStatus
QoSLivelinessChangedInfo = LivelinessChangedStatus
QoSRequestedIncompatibleQoSInfo = IncompatibleQosStatus
QoSOfferedIncompatibleQoSInfo = IncompatibleQosStatus
QoSSubscriptionMatchedInfo = MatchedStatus
QoSPublisherMatchedInfo = MatchedStatus
IncompatibleTypeInfo = IncompatibleTypeStatus


class EventHandler(Waitable[Any]):
    """Calls a function when a QoS event happens."""

    waits_for_the_same = True

    def __init__(
        self,
        *,
        callback_group: CallbackGroup,
        callback: Callable[[Any], Any],
        event_type: IntEnum,
        parent_impl: TopicHandle,
    ) -> None:
        """Listen for an event of a publisher or subscription.

        Raises:
            UnsupportedEventTypeError: the middleware has no such event.
        """
        super().__init__(callback_group)
        self.event_type = event_type
        self.callback = callback
        with parent_impl:
            self._event = EventHandle(parent_impl, event_type)
        self._index: int | None = None

    @property
    def never(self) -> bool:
        """Whether the middleware never raises the event, so that no one need wait for it."""
        return self._event.never

    def is_ready(self, wait_set: WaitSet) -> bool:
        """Whether the event happened."""
        return self._index is not None and wait_set.is_ready('event', self._index)

    def take_data(self) -> Any:
        """Return what happened, None where that was taken already."""
        with self._event:
            return self._event.take_event() if self._event.is_ready() else None

    async def execute(self, taken_data: Any) -> None:
        """Call the function."""
        from rclpy.executors import await_or_execute

        if taken_data:
            await await_or_execute(self.callback, taken_data)

    def get_num_entities(self) -> NumberOfEntities:
        """Return that it waits for one event."""
        return NumberOfEntities(num_events=1)

    def add_to_wait_set(self, wait_set: WaitSet) -> None:
        """Wait for the event."""
        self._index = wait_set.add_event(self._event)

    def __enter__(self) -> EventHandler:
        self._event.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self._event.__exit__(*details)

    def destroy(self) -> None:
        """Stop listening."""
        self._event.destroy_when_not_in_use()


class QoSEventHandler(EventHandler):
    """The old name of EventHandler."""

    def __init__(self, **arguments: Any) -> None:
        warnings.warn(
            'QoSEventHandler is deprecated, use EventHandler instead.',
            DeprecationWarning,
            stacklevel=2,
        )
        super().__init__(**arguments)


def _type_warning(
    logger: RcutilsLogger, topic_name: str
) -> Callable[[IncompatibleTypeStatus], None]:
    """Return the default function for endpoints of another type."""
    return lambda _: logger.warn(
        f"Endpoints of another type were discovered on topic '{topic_name}'. "
        'No messages are exchanged with them.'
    )


def _make_handlers(
    group: CallbackGroup,
    parent: TopicHandle,
    wanted: list[tuple[IntEnum, Callable[[Any], Any] | None, bool]],
) -> list[EventHandler]:
    """Make handlers for the events that have a callback; a default one may be unsupported."""
    found: list[EventHandler] = []
    for event_type, callback, is_default in wanted:
        if callback is None:
            continue
        try:
            found.append(
                EventHandler(
                    callback_group=group,
                    callback=callback,
                    event_type=event_type,
                    parent_impl=parent,
                )
            )
        except UnsupportedEventTypeError:
            if not is_default:
                raise
    return found


class SubscriptionEventCallbacks:
    """Functions for the events of a subscription; incompatible QoS is logged by default."""

    def __init__(
        self,
        *,
        deadline: Callable[[Any], Any] | None = None,
        incompatible_qos: Callable[[Any], Any] | None = None,
        liveliness: Callable[[Any], Any] | None = None,
        message_lost: Callable[[Any], Any] | None = None,
        incompatible_type: Callable[[Any], Any] | None = None,
        matched: Callable[[Any], Any] | None = None,
        use_default_callbacks: bool = True,
    ) -> None:
        self.deadline = deadline
        self.incompatible_qos = incompatible_qos
        self.liveliness = liveliness
        self.message_lost = message_lost
        self.incompatible_type = incompatible_type
        self.matched = matched
        self.use_default_callbacks = use_default_callbacks

    def create_event_handlers(
        self, callback_group: CallbackGroup, subscription: TopicHandle, topic_name: str
    ) -> list[EventHandler]:
        """Return a handler for each event that has a function."""
        kinds = QoSSubscriptionEventType
        logger = get_logger(subscription.logger_name)

        def warn(event: IncompatibleQosStatus) -> None:
            policy = qos_policy_name_from_kind(event.last_policy_kind)
            logger.warn(
                f"New publisher discovered on topic '{topic_name}', offering incompatible QoS. "
                f'No messages will be received from it. Last incompatible policy: {policy}'
            )

        default = self.incompatible_qos is None and self.use_default_callbacks
        by_type = _type_warning(logger, topic_name) if self.use_default_callbacks else None
        return _make_handlers(
            callback_group,
            subscription,
            [
                (kinds.RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED, self.deadline, False),
                (
                    kinds.RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS,
                    warn if default else self.incompatible_qos,
                    default,
                ),
                (kinds.RCL_SUBSCRIPTION_LIVELINESS_CHANGED, self.liveliness, False),
                (kinds.RCL_SUBSCRIPTION_MESSAGE_LOST, self.message_lost, False),
                (
                    kinds.RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE,
                    self.incompatible_type or by_type,
                    True,
                ),
                (kinds.RCL_SUBSCRIPTION_MATCHED, self.matched, False),
            ],
        )


class PublisherEventCallbacks:
    """Functions for the events of a publisher; incompatible QoS is logged by default."""

    def __init__(
        self,
        *,
        deadline: Callable[[Any], Any] | None = None,
        liveliness: Callable[[Any], Any] | None = None,
        incompatible_qos: Callable[[Any], Any] | None = None,
        incompatible_type: Callable[[Any], Any] | None = None,
        matched: Callable[[Any], Any] | None = None,
        use_default_callbacks: bool = True,
    ) -> None:
        self.deadline = deadline
        self.liveliness = liveliness
        self.incompatible_qos = incompatible_qos
        self.incompatible_type = incompatible_type
        self.matched = matched
        self.use_default_callbacks = use_default_callbacks

    def create_event_handlers(
        self, callback_group: CallbackGroup, publisher: TopicHandle, topic_name: str
    ) -> list[EventHandler]:
        """Return a handler for each event that has a function."""
        kinds = QoSPublisherEventType
        logger = get_logger(publisher.logger_name)

        def warn(event: IncompatibleQosStatus) -> None:
            policy = qos_policy_name_from_kind(event.last_policy_kind)
            logger.warn(
                f"New subscription discovered on topic '{topic_name}', requesting "
                'incompatible QoS. No messages will be sent to it. '
                f'Last incompatible policy: {policy}'
            )

        default = self.incompatible_qos is None and self.use_default_callbacks
        by_type = _type_warning(logger, topic_name) if self.use_default_callbacks else None
        return _make_handlers(
            callback_group,
            publisher,
            [
                (kinds.RCL_PUBLISHER_OFFERED_DEADLINE_MISSED, self.deadline, False),
                (kinds.RCL_PUBLISHER_LIVELINESS_LOST, self.liveliness, False),
                (
                    kinds.RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS,
                    warn if default else self.incompatible_qos,
                    default,
                ),
                (kinds.RCL_PUBLISHER_INCOMPATIBLE_TYPE, self.incompatible_type or by_type, True),
                (kinds.RCL_PUBLISHER_MATCHED, self.matched, False),
            ],
        )
