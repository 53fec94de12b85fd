"""QoS events of readers and writers."""

from __future__ import annotations

import ctypes as ct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rclpy._rclpy_pybind11 import (
    UnsupportedEventTypeError,
    rcl_publisher_event_type_t,
    rcl_subscription_event_type_t,
)
from rclpy.impl.destroyable import Destroyable
from rclpy.qos import QoSPolicyKind

from ros2_embedded.transport import library

if TYPE_CHECKING:
    from rclpy.impl.topic_handles import TopicHandle


class _Count(ct.Structure):
    _fields_ = (('total_count', ct.c_uint32), ('total_count_change', ct.c_int32))


class _Deadline(ct.Structure):
    _fields_ = (*_Count._fields_, ('last_instance_handle', ct.c_uint64))


class _Incompatible(ct.Structure):
    _fields_ = (*_Count._fields_, ('last_policy_id', ct.c_uint32))


class _Matched(ct.Structure):
    _fields_ = (
        *_Count._fields_,
        ('current_count', ct.c_uint32),
        ('current_count_change', ct.c_int32),
        ('last_handle', ct.c_uint64),
    )


class _Alive(ct.Structure):
    _fields_ = (
        ('alive_count', ct.c_uint32),
        ('not_alive_count', ct.c_uint32),
        ('alive_count_change', ct.c_int32),
        ('not_alive_count_change', ct.c_int32),
        ('last_handle', ct.c_uint64),
    )


@dataclass
class CountStatus:
    """How often something happened: deadline missed, liveliness lost, message lost."""

    total_count: int = 0
    total_count_change: int = 0


@dataclass
class LivelinessChangedStatus:
    """How many publishers live."""

    alive_count: int = 0
    not_alive_count: int = 0
    alive_count_change: int = 0
    not_alive_count_change: int = 0


@dataclass
class IncompatibleQosStatus:
    """How many endpoints do not match, and which policy the last one failed."""

    total_count: int = 0
    total_count_change: int = 0
    last_policy_kind: QoSPolicyKind = QoSPolicyKind.INVALID


@dataclass
class IncompatibleTypeStatus:
    """How many endpoints of the topic have another type; Cyclone DDS counts none."""

    total_count: int = 0
    total_count_change: int = 0


@dataclass
class MatchedStatus:
    """How many endpoints match."""

    total_count: int = 0
    total_count_change: int = 0
    current_count: int = 0
    current_count_change: int = 0


# DDS number of a policy to rclpy's.
_POLICIES = {
    2: QoSPolicyKind.DURABILITY,
    4: QoSPolicyKind.DEADLINE,
    8: QoSPolicyKind.LIVELINESS,
    11: QoSPolicyKind.RELIABILITY,
    13: QoSPolicyKind.HISTORY,
    21: QoSPolicyKind.LIFESPAN,
}

_PUB, _SUB = rcl_publisher_event_type_t, rcl_subscription_event_type_t
_EVENTS: dict[Any, tuple[int, str, type[ct.Structure], type]] = {
    _PUB.RCL_PUBLISHER_OFFERED_DEADLINE_MISSED: (
        library.OFFERED_DEADLINE_MISSED, 'offered_deadline_missed', _Deadline, CountStatus),
    _PUB.RCL_PUBLISHER_LIVELINESS_LOST: (
        library.LIVELINESS_LOST, 'liveliness_lost', _Count, CountStatus),
    _PUB.RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS: (
        library.OFFERED_INCOMPATIBLE_QOS, 'offered_incompatible_qos', _Incompatible,
        IncompatibleQosStatus),
    _PUB.RCL_PUBLISHER_MATCHED: (
        library.PUBLICATION_MATCHED, 'publication_matched', _Matched, MatchedStatus),
}  # fmt: skip
_SUBSCRIPTION_EVENTS: dict[Any, tuple[int, str, type[ct.Structure], type]] = {
    _SUB.RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED: (
        library.REQUESTED_DEADLINE_MISSED, 'requested_deadline_missed', _Deadline, CountStatus),
    _SUB.RCL_SUBSCRIPTION_LIVELINESS_CHANGED: (
        library.LIVELINESS_CHANGED, 'liveliness_changed', _Alive, LivelinessChangedStatus),
    _SUB.RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS: (
        library.REQUESTED_INCOMPATIBLE_QOS, 'requested_incompatible_qos', _Incompatible,
        IncompatibleQosStatus),
    _SUB.RCL_SUBSCRIPTION_MESSAGE_LOST: (
        library.SAMPLE_LOST, 'sample_lost', _Count, CountStatus),
    _SUB.RCL_SUBSCRIPTION_MATCHED: (
        library.SUBSCRIPTION_MATCHED, 'subscription_matched', _Matched, MatchedStatus),
}  # fmt: skip


# Cyclone DDS has this event, but nothing in it raises it: types are compared by name only, and
# endpoints of another type do not match.
_NEVER = (_PUB.RCL_PUBLISHER_INCOMPATIBLE_TYPE, _SUB.RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE)


class EventHandle(Destroyable):
    """One kind of event of one endpoint.

    Attributes:
        never: whether the middleware has the event, but never raises it.
    """

    def __init__(
        self,
        parent: TopicHandle,
        event_type: rcl_publisher_event_type_t | rcl_subscription_event_type_t,
    ) -> None:
        """Listen for an event.

        Raises:
            UnsupportedEventTypeError: Cyclone DDS has no such event.
        """
        super().__init__()
        self.endpoint = parent.endpoint
        # By identity: events of publishers and of subscriptions have the same numbers.
        self.never = any(event_type is each for each in _NEVER)
        if self.never:
            return
        events = _EVENTS if isinstance(event_type, _PUB) else _SUBSCRIPTION_EVENTS
        if event_type not in events:
            raise UnsupportedEventTypeError(f'{event_type.name} is not supported')
        self._status, self._name, self._structure, self._result = events[event_type]
        self.endpoint.enable_status(self._status)

    def is_ready(self) -> bool:
        """Whether the event happened since it was last taken."""
        if self.never or self.endpoint.closed:
            return False
        return self.endpoint.has_status(self._status)

    def take_event(self) -> Any:
        """Return what happened, and mark it as read."""
        if self.never:
            return IncompatibleTypeStatus()
        status = self.endpoint.read_status(self._name, self._structure)
        if self._structure is _Incompatible:
            kind = _POLICIES.get(status.last_policy_id, QoSPolicyKind.INVALID)
            return IncompatibleQosStatus(status.total_count, status.total_count_change, kind)
        return self._result(
            **{name: getattr(status, name) for name in self._result.__dataclass_fields__}
        )
