"""Services."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic

from rclpy.impl.service_handles import ServiceHandle
from rclpy.type_support import SrvEventT, SrvRequestT, SrvResponseT
from rclpy.type_support import SrvType as SrvType
from rclpy.type_support import SrvTypeRequest as SrvTypeRequest
from rclpy.type_support import SrvTypeResponse as SrvTypeResponse

from ros2_embedded.transport.service import RequestId

if TYPE_CHECKING:
    from rclpy._rclpy_pybind11 import ServiceIntrospectionState
    from rclpy.callback_groups import CallbackGroup
    from rclpy.clock import Clock
    from rclpy.qos import QoSProfile


class Service(Generic[SrvRequestT, SrvResponseT, SrvEventT]):
    """Answers requests by a function; make one with `Node.create_service`."""

    def __init__(
        self,
        service_impl: ServiceHandle,
        srv_type: Any,
        srv_name: str,
        callback: Callable[[SrvRequestT, SrvResponseT], SrvResponseT],
        callback_group: CallbackGroup,
        qos_profile: QoSProfile,
    ) -> None:
        self._handle = service_impl
        self.srv_type = srv_type
        self.srv_name = srv_name
        self.callback = callback
        self.callback_group = callback_group
        self._executor_event = False
        self.qos_profile = qos_profile

    def send_response(self, response: SrvResponseT, header: RequestId) -> None:
        """Send the reply to a request.

        Raises:
            TypeError: the response is of another type.
        """
        if not isinstance(response, self.srv_type.Response) or not isinstance(header, RequestId):
            raise TypeError
        with self._handle:
            self._handle.send_response(header, response)

    @property
    def handle(self) -> ServiceHandle:
        """What it takes and sends with."""
        return self._handle

    @property
    def service_name(self) -> str:
        """Full name of the service."""
        with self._handle:
            return self._handle.name

    def configure_introspection(
        self,
        clock: Clock,
        service_event_qos_profile: QoSProfile,
        introspection_state: ServiceIntrospectionState,
    ) -> None:
        """Publish what the service sends and takes on `<service>/_service_event`.

        Args:
            clock: stamps the events.
            service_event_qos_profile: quality of service of the events.
            introspection_state: OFF, METADATA or CONTENTS.
        """
        with self._handle:
            self._handle.configure_introspection(
                clock, service_event_qos_profile, introspection_state
            )

    def destroy(self) -> None:
        """Destroy it; use `Node.destroy_service` instead."""
        self._handle.destroy_when_not_in_use()

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.destroy()
