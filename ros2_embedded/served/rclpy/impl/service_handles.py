"""What clients and services send and take with."""

from __future__ import annotations

from typing import Any

from rclpy._rclpy_pybind11 import RCLError
from rclpy.impl.destroyable import Destroyable
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.qos_conversion import endpoint_qos
from rclpy.impl.topic_handles import warn_of_damage
from rclpy.qos import QoSProfile

from ros2_embedded.cdr.decode import DecodeError
from ros2_embedded.transport.service import RequestId, ServiceClient, ServiceServer


class ServiceSideHandle(Destroyable):
    """What both have in common.

    Attributes:
        name: full name after remapping.
    """

    side: ServiceClient | ServiceServer

    def __init__(
        self,
        node: NodeHandle,
        name: str,
        srv_type: Any,
        profile: QoSProfile,
        kind: type[ServiceClient | ServiceServer],
    ) -> None:
        super().__init__()
        self.node = node
        self.name = name
        self.side = kind(
            node.participant,
            name,
            srv_type._TYPE_SUPPORT.name,
            srv_type.Request._TYPE_SUPPORT,
            srv_type.Response._TYPE_SUPPORT,
            endpoint_qos(profile),
        )
        node.own(self.side.reader, self.side.writer)

    def take(self) -> tuple[RequestId, Any] | None:
        """Take the oldest request or reply, or None; damaged ones are dropped."""
        try:
            return self.side.take()
        except (DecodeError, ValueError) as error:
            warn_of_damage(self.node, self.name, error)
            return None

    def _check(self) -> None:
        if not self.node.context.ok():
            raise RCLError(f'The context of service {self.name} is invalid: it was shut down')

    def _destroy(self) -> None:
        self.side.close()
        self.node.disown(self.side.reader, self.side.writer)


class ClientHandle(ServiceSideHandle):
    """Sends requests and takes replies."""

    side: ServiceClient

    def __init__(self, node: NodeHandle, name: str, srv_type: Any, profile: QoSProfile) -> None:
        super().__init__(node, name, srv_type, profile, ServiceClient)

    def send_request(self, request: Any) -> int:
        """Send a request; return its number."""
        self._check()
        return self.side.send(request)

    def is_server_available(self) -> bool:
        """Whether a server was discovered that can hear and answer."""
        return self.node.context.ok() and self.side.is_ready()


class ServiceHandle(ServiceSideHandle):
    """Takes requests and sends replies."""

    side: ServiceServer

    def __init__(self, node: NodeHandle, name: str, srv_type: Any, profile: QoSProfile) -> None:
        super().__init__(node, name, srv_type, profile, ServiceServer)

    def send_response(self, header: RequestId, response: Any) -> None:
        """Send the reply to a request."""
        self._check()
        self.side.reply(header, response)
