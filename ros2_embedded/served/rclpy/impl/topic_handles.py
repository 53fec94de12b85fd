"""What publishers and subscriptions send and take with."""

from __future__ import annotations

import time
from typing import Any

from rclpy._rclpy_pybind11 import RCLError
from rclpy.impl.destroyable import Destroyable
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.qos_conversion import best_available, endpoint_qos
from rclpy.qos import QoSProfile

from ros2_embedded.cdr.decode import DecodeError
from ros2_embedded.messages.support import MessageSupport
from ros2_embedded.transport import names, user_data
from ros2_embedded.transport.endpoint import Endpoint, Reader, Sample, Writer
from ros2_embedded.transport.library import INFINITY, DdsError, dds
from ros2_embedded.transport.qos import EndpointQos


class TopicHandle(Destroyable):
    """What both have in common.

    Attributes:
        topic: full name after remapping.
        endpoint: reader or writer.
    """

    endpoint: Endpoint

    def __init__(self, node: NodeHandle, topic: str, support: MessageSupport) -> None:
        super().__init__()
        self.node = node
        self.topic = topic
        self._support = support

    @property
    def logger_name(self) -> str:
        """Name of the node's logger."""
        return self.node.logger_name

    def _qos(self, profile: QoSProfile, offers: bool) -> EndpointQos:
        qos = endpoint_qos(profile)
        if 'BEST_AVAILABLE' not in (
            profile.reliability.name,
            profile.durability.name,
            profile.liveliness.name,
        ):
            return qos
        dds_topic = names.topic_name(self.topic, qos.plain_name)
        others = [
            each
            for each in self.node.context.graph.endpoints()
            if each.topic == dds_topic and each.is_writer != offers
        ]
        return best_available(profile, qos, others, offers)

    def _user_data(self) -> bytes:
        return user_data.endpoint_text(self._support.type_hash)

    def _destroy(self) -> None:
        self.endpoint.close()
        self.node.disown(self.endpoint)


class PublisherHandle(TopicHandle):
    """Sends messages."""

    def __init__(
        self, node: NodeHandle, topic: str, support: MessageSupport, profile: QoSProfile
    ) -> None:
        super().__init__(node, topic, support)
        participant = node.participant
        qos = self._qos(profile, offers=True)
        self.endpoint = self.writer = Writer(
            participant,
            names.topic_name(topic, qos.plain_name),
            support.dds_type_name,
            qos,
            self._user_data(),
        )
        node.own(self.writer)
        # Nobody can notice that nothing is sent: such samples need not even be encoded.
        self._skips = (
            not qos.transient_local and qos.deadline == INFINITY and not qos.manual_liveliness
        )

    def publish(self, message: Any) -> None:
        """Send a message; readers in this process may get a copy that shares its arrays.

        Raises:
            RCLError: the context was shut down, or the message is too large.
            TypeError: a list in it was changed so that it fits no longer.
        """
        self._check()
        if self._skips and not self.writer.is_matched():
            return
        support = self._support
        local = self.writer.participant.local_depth(self.writer.topic)
        shared = (support, support.share(message)) if local else None
        self._write(support.encode(message), shared)

    def publish_raw(self, data: bytes) -> None:
        """Send a serialised message."""
        self._check()
        self._write([data])

    def _write(self, buffers: list[Any], shared: Any = None) -> None:
        try:
            self.writer.write(buffers, shared)
        except DdsError as error:
            raise RCLError(f'Failed to publish: {error}') from error

    def _check(self) -> None:
        if not self.node.context.ok():
            raise RCLError("Failed to publish: publisher's context is invalid")

    def subscription_count(self) -> int:
        """Return the number of matched subscriptions."""
        return len(self.writer.matched('subscriptions'))

    def wait_for_acks(self, timeout: int) -> bool:
        """Wait until all have what was sent, at most for a time [ns], negative for ever."""
        duration = INFINITY if timeout < 0 else timeout
        return dds().dds_wait_for_acks(self.writer.handle, duration) == 0


class SubscriptionHandle(TopicHandle):
    """Takes messages."""

    def __init__(
        self, node: NodeHandle, topic: str, support: MessageSupport, profile: QoSProfile
    ) -> None:
        super().__init__(node, topic, support)
        participant = node.participant
        qos = self._qos(profile, offers=False)
        self.endpoint = self.reader = Reader(
            participant,
            names.topic_name(topic, qos.plain_name),
            support.dds_type_name,
            qos,
            self._user_data(),
        )
        node.own(self.reader)

    def take(self, raw: bool) -> tuple[Any, dict[str, Any]] | None:
        """Take the oldest message with its information, or None.

        Damaged samples are dropped.
        """
        return self.reader.take(self._read_raw if raw else self._read)

    def take_message(self, _: type, raw: bool) -> tuple[Any, dict[str, Any]] | None:
        """Take the oldest message, or None; the extension's name of `take`."""
        return self.take(raw)

    def _read(self, sample: Sample) -> tuple[Any, dict[str, Any]] | None:
        if sample.shared is not None and sample.shared[0] is self._support:
            message = self._support.share(sample.shared[1])
        else:
            try:
                message = self._support.decode(sample.view)
            except (DecodeError, ValueError) as error:
                warn_of_damage(self.node, self.topic, error)
                return None
        return message, _info(sample)

    def _read_raw(self, sample: Sample) -> tuple[bytes, dict[str, Any]]:
        return bytes(sample.view), _info(sample)

    def publisher_count(self) -> int:
        """Return the number of matched publishers."""
        return len(self.reader.matched('publications'))


def warn_of_damage(node: NodeHandle, name: str, error: Exception) -> None:
    """Log that a sample of a topic or service was dropped; once a second and node at most."""
    node.logger.warning(
        f"A damaged sample of '{name}' was dropped: {error}", throttle_duration_sec=1.0
    )


def _info(sample: Sample) -> dict[str, Any]:
    return {
        'source_timestamp': sample.source_timestamp,
        'received_timestamp': time.time_ns(),
        'publication_sequence_number': None,
        'reception_sequence_number': None,
    }
