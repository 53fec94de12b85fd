"""What clients and services send and take with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rclpy._rclpy_pybind11 import RCLError, ServiceIntrospectionState
from rclpy.impl.destroyable import Destroyable
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.qos_conversion import endpoint_qos
from rclpy.impl.topic_handles import warn_of_damage
from rclpy.qos import QoSProfile

from ros2_embedded.cdr.decode import DecodeError
from ros2_embedded.transport.service import RequestId, ServiceClient, ServiceServer

if TYPE_CHECKING:
    from rclpy.clock import Clock
    from rclpy.impl.service_events import ServiceEvents

# Kinds of service_msgs/msg/ServiceEventInfo, which is loaded for those only who introspect.
REQUEST_SENT, REQUEST_RECEIVED, RESPONSE_SENT, RESPONSE_RECEIVED = range(4)


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
        self._srv_type = srv_type
        self._events: ServiceEvents | None = None

    def configure_introspection(
        self, clock: Clock, profile: QoSProfile, state: ServiceIntrospectionState
    ) -> None:
        """Publish what is sent and taken from now on, or no longer where the state is OFF."""
        before, self._events = self._events, None
        if before is not None:
            before.close()
        if state is not ServiceIntrospectionState.OFF:
            # Here, as its messages are needed by those only who introspect.
            from rclpy.impl.service_events import ServiceEvents

            self._events = ServiceEvents(
                self.node, self.name, self._srv_type, clock, profile, state
            )

    def take(self) -> tuple[RequestId, Any] | None:
        """Take the oldest request or reply, or None; damaged ones are dropped."""
        try:
            taken = self.side.take()
        except (DecodeError, ValueError) as error:
            warn_of_damage(self.node, self.name, error)
            return None
        if taken is not None and self._events is not None:
            self._tell_of_taken(self._events, *taken)
        return taken

    def _check(self) -> None:
        if not self.node.context.ok():
            raise RCLError(f'The context of service {self.name} is invalid: it was shut down')

    def _tell_of_taken(self, events: ServiceEvents, header: RequestId, message: Any) -> None:
        """Publish that a request or a reply arrived; subclasses know which."""
        raise NotImplementedError

    def _destroy(self) -> None:
        if self._events is not None:
            self._events.close()
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
        number = self.side.send(request)
        if self._events is not None:
            client = self.side.writer.instance_handle
            self._events.request(REQUEST_SENT, client, number, request)
        return number

    def _tell_of_taken(self, events: ServiceEvents, header: RequestId, message: Any) -> None:
        events.response(RESPONSE_RECEIVED, header, message)

    def is_server_available(self) -> bool:
        """Whether a server was discovered that can hear and answer."""
        return self.node.context.ok() and self.side.is_ready()

    def take_response(self, _: type) -> tuple[RequestId | None, Any]:
        """Take a reply: whose it is and the message, or two None."""
        return self.take() or (None, None)

    def service_server_is_available(self) -> bool:
        """Whether a server can be called now; the extension's name of `is_server_available`."""
        return self.is_server_available()


class ServiceHandle(ServiceSideHandle):
    """Takes requests and sends replies."""

    side: ServiceServer

    def __init__(self, node: NodeHandle, name: str, srv_type: Any, profile: QoSProfile) -> None:
        super().__init__(node, name, srv_type, profile, ServiceServer)

    def service_take_request(self, _: type) -> tuple[Any, RequestId | None]:
        """Take a request: the message and whose it is, or two None."""
        header, request = self.take() or (None, None)
        return request, header

    def service_send_response(self, response: Any, header: RequestId) -> None:
        """Send the reply to a request; the extension's name of `send_response`."""
        self.send_response(header, response)

    def send_response(self, header: RequestId, response: Any) -> None:
        """Send the reply to a request."""
        self._check()
        self.side.reply(header, response)
        if self._events is not None:
            self._events.response(RESPONSE_SENT, header, response)

    def _tell_of_taken(self, events: ServiceEvents, header: RequestId, message: Any) -> None:
        events.request(REQUEST_RECEIVED, header.client, header.sequence_number, message)
