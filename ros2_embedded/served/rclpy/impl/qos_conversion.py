"""QoS profiles to and from what the transport takes."""

from __future__ import annotations

from dataclasses import replace

from rclpy._rclpy_pybind11 import RCLError
from rclpy.duration import Duration
from rclpy.qos import (
    DurabilityPolicy,
    HistoryPolicy,
    LivelinessPolicy,
    QoSProfile,
    ReliabilityPolicy,
)

from ros2_embedded.transport.graph import EndpointRecord
from ros2_embedded.transport.library import INFINITY
from ros2_embedded.transport.qos import EndpointQos

_BEST = 2**63 - 2


def endpoint_qos(profile: QoSProfile) -> EndpointQos:
    """Return a profile for the transport, with the middleware's choice where it leaves one.

    Raises:
        RCLError: a policy is UNKNOWN or the depth is negative.
    """
    if profile.history == HistoryPolicy.UNKNOWN or 'UNKNOWN' in (
        profile.reliability.name,
        profile.durability.name,
        profile.liveliness.name,
    ):
        raise RCLError('Failed to create endpoint: a QoS policy is UNKNOWN')
    if profile.depth < 0:
        raise RCLError(f'Failed to create endpoint: unsupported history depth {profile.depth}')
    keep_all = profile.history is HistoryPolicy.KEEP_ALL
    return EndpointQos(
        depth=0 if keep_all else profile.depth or 1,
        reliable=profile.reliability is not ReliabilityPolicy.BEST_EFFORT,
        transient_local=profile.durability is DurabilityPolicy.TRANSIENT_LOCAL,
        deadline=_duration(profile.deadline),
        lifespan=_duration(profile.lifespan),
        lease=_duration(profile.liveliness_lease_duration),
        manual_liveliness=profile.liveliness is LivelinessPolicy.MANUAL_BY_TOPIC,
        plain_name=profile.avoid_ros_namespace_conventions,
    )


def best_available(
    profile: QoSProfile, qos: EndpointQos, others: list[EndpointRecord], offers: bool
) -> EndpointQos:
    """Return a quality of service with BEST_AVAILABLE policies resolved.

    Args:
        profile: the profile with the policies.
        qos: the rest.
        others: endpoints of the other side of the topic that are known now.
        offers: it is for a publisher, which can offer the best of all; a subscription asks for
            no more than all publishers offer.
    """
    best: dict[str, bool | int] = {}
    if profile.reliability is ReliabilityPolicy.BEST_AVAILABLE:
        best['reliable'] = offers or all(each.qos.reliable for each in others)
    if profile.durability is DurabilityPolicy.BEST_AVAILABLE:
        best['transient_local'] = offers or all(each.qos.transient_local for each in others)
    if profile.liveliness is LivelinessPolicy.BEST_AVAILABLE:
        of_others = [each.qos.manual_liveliness for each in others]
        best['manual_liveliness'] = bool(others) and (any if offers else all)(of_others)
    if profile.deadline.nanoseconds == _BEST:
        best['deadline'] = _extreme([each.qos.deadline for each in others], offers)
    if profile.liveliness_lease_duration.nanoseconds == _BEST:
        best['lease'] = _extreme([each.qos.lease for each in others], offers)
    return replace(qos, **best)


def _extreme(values: list[int], offers: bool) -> int:
    if not values:
        return INFINITY
    return min(values) if offers else max(values)


def _duration(duration: Duration) -> int:
    return duration.nanoseconds or INFINITY


def profile_of(qos: EndpointQos) -> QoSProfile:
    """Return the profile that a discovered endpoint announces."""
    return QoSProfile(
        history=HistoryPolicy.KEEP_LAST if qos.depth else HistoryPolicy.KEEP_ALL,
        depth=qos.depth,
        reliability=(
            ReliabilityPolicy.RELIABLE if qos.reliable else ReliabilityPolicy.BEST_EFFORT
        ),
        durability=(
            DurabilityPolicy.TRANSIENT_LOCAL if qos.transient_local else DurabilityPolicy.VOLATILE
        ),
        deadline=Duration(nanoseconds=qos.deadline),
        lifespan=Duration(nanoseconds=qos.lifespan),
        liveliness=(
            LivelinessPolicy.MANUAL_BY_TOPIC
            if qos.manual_liveliness
            else LivelinessPolicy.AUTOMATIC
        ),
        liveliness_lease_duration=Duration(nanoseconds=qos.lease),
    )
