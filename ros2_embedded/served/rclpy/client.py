"""Clients of services."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Generic

from rclpy.impl.service_handles import ClientHandle
from rclpy.task import Future
from rclpy.type_support import SrvEventT, SrvRequestT, SrvResponseT
from rclpy.type_support import SrvType as SrvType
from rclpy.type_support import SrvTypeRequest as SrvTypeRequest
from rclpy.type_support import SrvTypeResponse as SrvTypeResponse

if TYPE_CHECKING:
    from rclpy._rclpy_pybind11 import ServiceIntrospectionState
    from rclpy.callback_groups import CallbackGroup
    from rclpy.clock import Clock
    from rclpy.context import Context
    from rclpy.qos import QoSProfile

# How often `wait_for_service` looks for a server [s].
_LOOK_PERIOD = 0.01


class Client(Generic[SrvRequestT, SrvResponseT, SrvEventT]):
    """Calls a service; make one with `Node.create_client`."""

    def __init__(
        self,
        context: Context,
        client_impl: ClientHandle,
        srv_type: Any,
        srv_name: str,
        qos_profile: QoSProfile,
        callback_group: CallbackGroup,
    ) -> None:
        self.context = context
        self._handle = client_impl
        self.srv_type = srv_type
        self.srv_name = srv_name
        self.qos_profile = qos_profile
        self._pending_requests: dict[int, Future[SrvResponseT]] = {}
        self.callback_group = callback_group
        self._executor_event = False
        self._lock = threading.Lock()

    def call(self, request: SrvRequestT, timeout_sec: float | None = None) -> SrvResponseT | None:
        """Send a request and wait for the reply, while another thread spins the node.

        Args:
            request: the request.
            timeout_sec: at most so long [s]; None for ever.

        Returns:
            The reply; None where time is up.

        Raises:
            TypeError: the request is of another type.
        """
        if not isinstance(request, self.srv_type.Request):
            raise TypeError
        event = threading.Event()
        future = self.call_async(request)
        future.add_done_callback(lambda _: event.set())
        if not event.wait(timeout_sec):
            self.remove_pending_request(future)
        return future.result()

    def call_async(self, request: SrvRequestT) -> Future[SrvResponseT]:
        """Send a request; return the future of its reply.

        Raises:
            TypeError: the request is of another type.
        """
        if not isinstance(request, self.srv_type.Request):
            raise TypeError
        with self._lock:
            with self._handle:
                number = self._handle.send_request(request)
            future: Future[SrvResponseT] = Future()
            self._pending_requests[number] = future
        future.add_done_callback(self.remove_pending_request)
        return future

    def get_pending_request(self, sequence_number: int) -> Future[SrvResponseT]:
        """Return the future of a request by its number.

        Raises:
            KeyError: there is none.
        """
        with self._lock:
            return self._pending_requests[sequence_number]

    def remove_pending_request(self, future: Future[SrvResponseT]) -> None:
        """Forget a request; its reply will be dropped."""
        with self._lock:
            for number, pending in self._pending_requests.items():
                if pending is future:
                    del self._pending_requests[number]
                    break

    def service_is_ready(self) -> bool:
        """Whether a server can be called now."""
        with self._handle:
            return self._handle.is_server_available()

    def wait_for_service(self, timeout_sec: float | None = None) -> bool:
        """Wait for a server.

        Args:
            timeout_sec: at most so long [s]; None for ever.

        Returns:
            Whether one can be called now.
        """
        end = float('inf') if timeout_sec is None else time.monotonic() + timeout_sec
        while self.context.ok() and not self.service_is_ready():
            left = end - time.monotonic()
            if left <= 0:
                break
            time.sleep(min(_LOOK_PERIOD, left))
        return self.service_is_ready()

    @property
    def handle(self) -> ClientHandle:
        """What it sends and takes with."""
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
        """Publish what the client sends and takes on `<service>/_service_event`.

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
        """Destroy it; use `Node.destroy_client` instead."""
        self._handle.destroy_when_not_in_use()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.destroy()
