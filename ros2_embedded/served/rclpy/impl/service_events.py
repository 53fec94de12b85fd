"""Publishes what a client or service sends and takes, on `<service>/_service_event`."""

from __future__ import annotations

from typing import Any

from rclpy._rclpy_pybind11 import ServiceIntrospectionState
from rclpy.clock import Clock
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.topic_handles import PublisherHandle
from rclpy.qos import QoSProfile
from service_msgs.msg import ServiceEventInfo

from ros2_embedded.transport.service import RequestId

SUFFIX = '/_service_event'


class ServiceEvents:
    """The events of one client or service."""

    def __init__(
        self,
        node: NodeHandle,
        service: str,
        srv_type: Any,
        clock: Clock,
        profile: QoSProfile,
        state: ServiceIntrospectionState,
    ) -> None:
        """Begin to publish.

        Args:
            node: node of the client or service.
            service: full name of the service.
            srv_type: its class.
            clock: stamps the events.
            profile: quality of service of the events.
            state: METADATA for events without their messages, CONTENTS for all.
        """
        self._event = srv_type.Event
        self._clock = clock
        self._contents = state is ServiceIntrospectionState.CONTENTS
        support = self._event._TYPE_SUPPORT
        self._publisher = PublisherHandle(node, service + SUFFIX, support, profile)

    def request(self, kind: int, client: int, number: int, message: Any) -> None:
        """Tell that a request was sent or received."""
        self._tell(kind, client, number, 'request', message)

    def response(self, kind: int, header: RequestId, message: Any) -> None:
        """Tell that a reply was sent or received."""
        self._tell(kind, header.client, header.sequence_number, 'response', message)

    def _tell(self, kind: int, client: int, number: int, field: str, message: Any) -> None:
        # The client's id on the wire has 8 bytes, so that both sides can tell the same.
        gid = list(client.to_bytes(8, 'little')) + [0] * 8
        info = ServiceEventInfo(
            event_type=kind,
            stamp=self._clock.now().to_msg(),
            client_gid=gid,
            sequence_number=number,
        )
        contents = {field: [message]} if self._contents else {}
        with self._publisher:
            self._publisher.publish(self._event(info=info, **contents))

    def close(self) -> None:
        """End publishing."""
        self._publisher.destroy_when_not_in_use()
