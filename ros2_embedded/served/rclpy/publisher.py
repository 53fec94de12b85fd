"""Publishers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic

from rclpy.duration import Duration
from rclpy.impl.topic_handles import PublisherHandle
from rclpy.type_support import MsgT
from rclpy.type_support import MsgType as MsgType

from ros2_embedded.transport.library import dds

if TYPE_CHECKING:
    from rclpy.callback_groups import CallbackGroup
    from rclpy.event_handler import PublisherEventCallbacks
    from rclpy.qos import QoSProfile


class Publisher(Generic[MsgT]):
    """Sends messages on a topic; make one with `Node.create_publisher`.

    Readers in the same process get the arrays of a message, not copies of them: do not write
    into an array after its message was published.
    """

    def __init__(
        self,
        publisher_impl: PublisherHandle,
        msg_type: type[MsgT],
        topic: str,
        qos_profile: QoSProfile,
        event_callbacks: PublisherEventCallbacks,
        callback_group: CallbackGroup,
    ) -> None:
        self._handle = publisher_impl
        self.msg_type = msg_type
        self.topic = topic
        self.qos_profile = qos_profile
        self.event_handlers = event_callbacks.create_event_handlers(
            callback_group, publisher_impl, topic
        )

    def publish(self, msg: MsgT | bytes) -> None:
        """Send a message, or the bytes of one.

        Raises:
            TypeError: it is of another type, or a list in it holds what does not fit.
            RCLError: the context was shut down.
            InvalidHandle: the publisher was destroyed.
        """
        with self._handle:
            if isinstance(msg, self.msg_type):
                self._handle.publish(msg)
            elif isinstance(msg, bytes):
                self._handle.publish_raw(msg)
            else:
                raise TypeError(f'Expected {self.msg_type}, got {type(msg)}')

    def get_subscription_count(self) -> int:
        """Return the number of matched subscriptions."""
        with self._handle:
            return self._handle.subscription_count()

    @property
    def topic_name(self) -> str:
        """Full name of the topic."""
        with self._handle:
            return self._handle.topic

    @property
    def handle(self) -> PublisherHandle:
        """What it sends with."""
        return self._handle

    def destroy(self) -> None:
        """Destroy it; use `Node.destroy_publisher` instead."""
        for handler in self.event_handlers:
            handler.destroy()
        self._handle.destroy_when_not_in_use()

    def assert_liveliness(self) -> None:
        """Say that the publisher lives, for LivelinessPolicy.MANUAL_BY_TOPIC."""
        with self._handle:
            dds().dds_assert_liveliness(self._handle.writer.handle)

    def wait_for_all_acked(self, timeout: Duration | None = None) -> bool:
        """Wait until all reliable subscriptions have what was sent.

        Args:
            timeout: at most so long; None or negative for ever.

        Returns:
            False when time is up.
        """
        with self._handle:
            return self._handle.wait_for_acks(-1 if timeout is None else timeout.nanoseconds)

    def __enter__(self) -> Publisher[MsgT]:
        return self

    def __exit__(self, *_: Any) -> None:
        self.destroy()
