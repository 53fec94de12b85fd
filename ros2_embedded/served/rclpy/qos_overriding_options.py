"""QoS of publishers and subscriptions that parameters override.

Each policy becomes a read-only parameter of the node, such as
`qos_overrides./topic.publisher.depth`, whose value replaces the one in the program.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from enum import Enum
from typing import TYPE_CHECKING

from rcl_interfaces.msg import ParameterDescriptor, SetParametersResult
from rclpy.duration import Duration
from rclpy.exceptions import ParameterAlreadyDeclaredException
from rclpy.parameter import Parameter
from rclpy.publisher import Publisher
from rclpy.qos import QoSPolicyKind, QoSProfile
from rclpy.subscription import Subscription

if TYPE_CHECKING:
    from rclpy.node import Node

__all__ = [
    'InvalidQosOverridesError',
    'QoSOverridingOptions',
    'QoSPolicyKind',
    'QosCallbackResult',
    'QosCallbackType',
]

QosCallbackResult = SetParametersResult
QosCallbackType = Callable[[QoSProfile], QosCallbackResult]


class InvalidQosOverridesError(Exception):
    """The validation callback refused the overridden profile."""


class QoSOverridingOptions:
    """Which policies of a publisher or subscription parameters may override.

    Attributes:
        policy_kinds: the policies.
        callback: takes the overridden profile, says whether it may be used; or None.
        entity_id: tells entities of one topic apart, or None.
    """

    def __init__(
        self,
        policy_kinds: Iterable[QoSPolicyKind],
        *,
        callback: QosCallbackType | None = None,
        entity_id: str | None = None,
    ) -> None:
        self.policy_kinds = tuple(policy_kinds)
        self.callback = callback
        self.entity_id = entity_id

    @classmethod
    def with_default_policies(
        cls, *, callback: QosCallbackType | None = None, entity_id: str | None = None
    ) -> QoSOverridingOptions:
        """Return options for history, depth and reliability."""
        kinds = (QoSPolicyKind.HISTORY, QoSPolicyKind.DEPTH, QoSPolicyKind.RELIABILITY)
        return cls(kinds, callback=callback, entity_id=entity_id)


def overridden_profile(
    entity_type: type[Publisher] | type[Subscription],
    node: Node,
    topic_name: str,
    qos: QoSProfile,
    options: QoSOverridingOptions,
) -> QoSProfile:
    """Return a copy of a profile with the overrides; see `_declare_qos_parameters`."""
    profile = copy.copy(qos)
    _declare_qos_parameters(entity_type, node, topic_name, profile, options)
    return profile


def _declare_qos_parameters(
    entity_type: type[Publisher] | type[Subscription],
    node: Node,
    topic_name: str,
    qos: QoSProfile,
    options: QoSOverridingOptions,
) -> None:
    """Declare the parameters of a publisher or subscription, and apply them to its profile.

    Args:
        entity_type: class of the entity.
        node: node whose parameters they are.
        topic_name: full name of the topic.
        qos: profile that is changed in place.
        options: which policies, and who checks the outcome.

    Raises:
        TypeError: the class is of no publisher or subscription.
        ValueError: a policy is UNKNOWN, or an override is no value of its policy.
        InvalidQosOverridesError: the callback refused the outcome.
    """
    if not issubclass(entity_type, Publisher | Subscription):
        raise TypeError(f'{entity_type.__name__} is neither a Publisher nor a Subscription')
    role = 'publisher' if issubclass(entity_type, Publisher) else 'subscription'
    entity = role if options.entity_id is None else f'{role}_{options.entity_id}'
    for kind in options.policy_kinds:
        if kind is QoSPolicyKind.LIFESPAN and role == 'subscription':
            # Only publishers have one.
            continue
        name = f'qos_overrides.{topic_name}.{entity}.{kind.name.lower()}'
        descriptor = ParameterDescriptor(
            description=f'{kind.name.lower()} of the {entity} of {topic_name}', read_only=True
        )
        try:
            parameter = node.declare_parameter(
                name, _get_qos_policy_parameter(qos, kind), descriptor
            )
        except ParameterAlreadyDeclaredException:
            parameter = node.get_parameter(name)
        _apply(qos, kind, parameter)
    verdict = options.callback(qos) if options.callback is not None else None
    if verdict is not None and not verdict.successful:
        raise InvalidQosOverridesError(
            f'The QoS overrides of the {entity} of {topic_name} are not valid: {verdict.reason}'
        )


def _get_qos_policy_parameter(qos: QoSProfile, kind: QoSPolicyKind) -> str | int | bool:
    """Return a policy as the value of a parameter: a name, a number, nanoseconds.

    Raises:
        ValueError: the policy is UNKNOWN.
    """
    value = getattr(qos, kind.name.lower())
    if isinstance(value, Duration):
        return value.nanoseconds
    if not isinstance(value, Enum):
        return value
    if value.name == 'UNKNOWN':
        raise ValueError(f'The QoS profile is not valid: its {kind.name.lower()} is UNKNOWN')
    return value.name.lower()


def _apply(qos: QoSProfile, kind: QoSPolicyKind, parameter: Parameter) -> None:
    """Set a policy by the value of its parameter."""
    name, value = kind.name.lower(), parameter.value
    before = getattr(qos, name)
    if isinstance(before, Duration):
        value = Duration(nanoseconds=value)
    elif isinstance(before, Enum):
        policies = type(before).__members__
        if str(value).upper() not in policies:
            known = ', '.join(each.lower() for each in policies)
            raise ValueError(f'{parameter.name} is {value!r}; known are {known}.')
        value = policies[str(value).upper()]
    setattr(qos, name, value)
