"""The entities of rclpy's C++ extension: waitables of one's own are made of them.

They take what the extension's take; a class in rclpy of the same name wraps each for users.
"""

from __future__ import annotations

import time
import weakref
from typing import Any

from rclpy._rclpy_pybind11 import rmw_qos_profile_t
from rclpy.impl.clock_handle import ClockHandle
from rclpy.impl.context_handle import ContextHandle
from rclpy.impl.guard_handle import GuardHandle
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.service_handles import ClientHandle, ServiceHandle
from rclpy.impl.timer_handle import TimerHandle
from rclpy.impl.topic_handles import PublisherHandle, SubscriptionHandle
from rclpy.impl.wait_set import WaitSet as EntityLists
from rclpy.qos import QoSProfile
from rclpy.type_support import check_is_valid_msg_type, check_is_valid_srv_type

from ros2_embedded.transport import waitset as transport


class Publisher(PublisherHandle):
    """Sends messages of a node."""

    def __init__(
        self, node: NodeHandle, msg_type: type, topic: str, qos: rmw_qos_profile_t
    ) -> None:
        check_is_valid_msg_type(msg_type)
        name = node.resolve(topic, is_service=False)
        super().__init__(node, name, msg_type._TYPE_SUPPORT, QoSProfile(**qos.to_dict()))


class Subscription(SubscriptionHandle):
    """Takes messages for a node."""

    def __init__(
        self, node: NodeHandle, msg_type: type, topic: str, qos: rmw_qos_profile_t
    ) -> None:
        check_is_valid_msg_type(msg_type)
        name = node.resolve(topic, is_service=False)
        super().__init__(node, name, msg_type._TYPE_SUPPORT, QoSProfile(**qos.to_dict()))


class Client(ClientHandle):
    """Sends requests of a node and takes the replies."""

    def __init__(
        self, node: NodeHandle, srv_type: type, srv_name: str, qos: rmw_qos_profile_t
    ) -> None:
        check_is_valid_srv_type(srv_type)
        name = node.resolve(srv_name, is_service=True)
        super().__init__(node, name, srv_type, QoSProfile(**qos.to_dict()))


class Service(ServiceHandle):
    """Takes requests for a node and sends the replies."""

    def __init__(
        self, node: NodeHandle, srv_type: type, srv_name: str, qos: rmw_qos_profile_t
    ) -> None:
        check_is_valid_srv_type(srv_type)
        name = node.resolve(srv_name, is_service=True)
        super().__init__(node, name, srv_type, QoSProfile(**qos.to_dict()))


class Timer(TimerHandle):
    """Is due every period [ns] of a clock."""

    def __init__(
        self, clock: ClockHandle, _: ContextHandle, period_nsec: int, autostart: bool = True
    ) -> None:
        super().__init__(clock, period_nsec, autostart)


class GuardCondition(GuardHandle):
    """A flag that any thread may raise."""

    def __init__(self, _: ContextHandle) -> None:
        super().__init__()


class WaitSet(EntityLists):
    """Waits for entities outside of an executor."""

    def __init__(self, *_: Any) -> None:
        """Make an empty one; it takes any number of entities, whatever it is told."""
        super().__init__()
        self._waitset = transport.WaitSet()
        weakref.finalize(self, self._waitset.close)

    def wait(self, timeout_nsec: int) -> None:
        """Wait until an entity is ready, at most for a time [ns]; negative for ever."""
        deadline = None if timeout_nsec < 0 else time.monotonic_ns() + timeout_nsec
        self._waitset.attach(self.members())
        while True:
            left = None if deadline is None else max(deadline - time.monotonic_ns(), 0)
            waits = [each.until_next() for each in self.timers()] + [left]
            longest = min((each for each in waits if each is not None), default=None)
            self.set_ready(set(self._waitset.wait(longest)))
            if self.has_ready() or left == 0:
                return

    def destroy_when_not_in_use(self) -> None:
        """Let go of all."""
        self._waitset.close()
