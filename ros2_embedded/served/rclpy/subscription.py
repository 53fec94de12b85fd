"""Subscriptions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypedDict

from rclpy.impl.topic_handles import SubscriptionHandle
from rclpy.type_support import MsgT
from rclpy.type_support import MsgType as MsgType

if TYPE_CHECKING:
    from rclpy.callback_groups import CallbackGroup
    from rclpy.event_handler import SubscriptionEventCallbacks
    from rclpy.qos import QoSProfile


class MessageInfo(TypedDict):
    """When a message was sent and taken [ns since 1970]; the middleware numbers none."""

    source_timestamp: int
    received_timestamp: int
    publication_sequence_number: int | None
    reception_sequence_number: int | None


class Subscription(Generic[MsgT]):
    """Calls a function with each message of a topic; make one with `Node.create_subscription`."""

    class CallbackType(Enum):
        """What a callback takes."""

        MessageOnly = 0
        WithMessageInfo = 1

    def __init__(
        self,
        subscription_impl: SubscriptionHandle,
        msg_type: type[MsgT],
        topic: str,
        callback: Callable[..., Any],
        callback_group: CallbackGroup,
        qos_profile: QoSProfile,
        raw: bool,
        event_callbacks: SubscriptionEventCallbacks,
    ) -> None:
        self._handle = subscription_impl
        self.msg_type = msg_type
        self.topic = topic
        self.callback = callback
        self.callback_group = callback_group
        self._executor_event = False
        self.qos_profile = qos_profile
        self.raw = raw
        self.event_handlers = event_callbacks.create_event_handlers(
            callback_group, subscription_impl, topic
        )

    def get_publisher_count(self) -> int:
        """Return the number of matched publishers."""
        with self._handle:
            return self._handle.publisher_count()

    @property
    def handle(self) -> SubscriptionHandle:
        """What it takes with."""
        return self._handle

    def destroy(self) -> None:
        """Destroy it; use `Node.destroy_subscription` instead."""
        for handler in self.event_handlers:
            handler.destroy()
        self._handle.destroy_when_not_in_use()

    @property
    def topic_name(self) -> str:
        """Full name of the topic."""
        with self._handle:
            return self._handle.topic

    @property
    def callback(self) -> Callable[..., Any]:
        """The function; it takes the message, or the message and a MessageInfo."""
        return self._callback

    @callback.setter
    def callback(self, value: Callable[..., Any]) -> None:
        for count, kind in enumerate(self.CallbackType, 1):
            if _takes(value, count):
                self._callback = value
                self._callback_type = kind
                return
        raise RuntimeError(
            'Subscription.__init__(): callback should be either be callable with one argument'
            '(to get only the message) or two (to get message and message info)'
        )

    def __enter__(self) -> Subscription[MsgT]:
        return self

    def __exit__(self, *_: object) -> None:
        self.destroy()


def _takes(callback: Any, count: int) -> bool:
    try:
        inspect.signature(callback).bind(*range(count))
    except TypeError:
        return False
    except ValueError:
        # A callable of C without a signature, such as list.append.
        return callable(callback) and count == 1
    return True
