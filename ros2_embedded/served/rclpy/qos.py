"""Quality of service profiles."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from enum import Enum, IntEnum
from typing import Any

from rclpy._rclpy_pybind11 import (
    RMW_QOS_DEADLINE_BEST_AVAILABLE,
    RMW_QOS_LIVELINESS_LEASE_DURATION_BEST_AVAILABLE,
    QoSCompatibility,
    rmw_qos_profile_t,
)
from rclpy.duration import Duration

__all__ = [
    'DeadlineBestAvailable',
    'DurabilityPolicy',
    'HistoryPolicy',
    'InvalidQoSProfileException',
    'LivelinessLeaseDurationeBestAvailable',
    'LivelinessPolicy',
    'QoSCompatibility',
    'QoSDurabilityPolicy',
    'QoSHistoryPolicy',
    'QoSLivelinessPolicy',
    'QoSPolicyEnum',
    'QoSPolicyKind',
    'QoSPresetProfiles',
    'QoSProfile',
    'QoSReliabilityPolicy',
    'ReliabilityPolicy',
    'qos_check_compatible',
    'qos_policy_name_from_kind',
    'qos_profile_action_status_default',
    'qos_profile_best_available',
    'qos_profile_default',
    'qos_profile_parameter_events',
    'qos_profile_parameters',
    'qos_profile_sensor_data',
    'qos_profile_services_default',
    'qos_profile_system_default',
    'qos_profile_unknown',
]


class QoSPolicyKind(IntEnum):
    """Which policy an event is about."""

    INVALID = 1 << 0
    DURABILITY = 1 << 1
    DEADLINE = 1 << 2
    LIVELINESS = 1 << 3
    RELIABILITY = 1 << 4
    HISTORY = 1 << 5
    LIFESPAN = 1 << 6
    DEPTH = 1 << 7
    LIVELINESS_LEASE_DURATION = 1 << 8
    AVOID_ROS_NAMESPACE_CONVENTIONS = 1 << 9


def qos_policy_name_from_kind(policy_kind: QoSPolicyKind | int) -> str:
    """Return the name of a policy."""
    return QoSPolicyKind(policy_kind).name


class InvalidQoSProfileException(Exception):  # noqa: N818  (rclpy's name)
    """The arguments of a profile do not go together."""

    def __init__(self, message: str) -> None:
        super().__init__('Invalid QoSProfile', message)


class QoSPolicyEnum(IntEnum):
    """What all policies have in common."""

    @classmethod
    def short_keys(cls) -> list[str]:
        """Return the names in lower case, as parameters and commands write them."""
        return [name.lower() for name in cls.__members__]

    @classmethod
    def get_from_short_key(cls, name: str) -> int:
        """Return the value of a name in lower case."""
        return cls[name.upper()].value

    @property
    def short_key(self) -> str:
        """The name in lower case."""
        return self.name.lower()


class HistoryPolicy(QoSPolicyEnum):
    """How many samples are kept."""

    SYSTEM_DEFAULT = 0
    KEEP_LAST = 1
    KEEP_ALL = 2
    UNKNOWN = 3


class ReliabilityPolicy(QoSPolicyEnum):
    """Whether lost samples are sent again."""

    SYSTEM_DEFAULT = 0
    RELIABLE = 1
    BEST_EFFORT = 2
    UNKNOWN = 3
    BEST_AVAILABLE = 4


class DurabilityPolicy(QoSPolicyEnum):
    """Whether late subscriptions get earlier samples."""

    SYSTEM_DEFAULT = 0
    TRANSIENT_LOCAL = 1
    VOLATILE = 2
    UNKNOWN = 3
    BEST_AVAILABLE = 4


class LivelinessPolicy(QoSPolicyEnum):
    """Who says that a publisher lives."""

    SYSTEM_DEFAULT = 0
    AUTOMATIC = 1
    MANUAL_BY_TOPIC = 3
    UNKNOWN = 4
    BEST_AVAILABLE = 5


QoSHistoryPolicy = HistoryPolicy
QoSReliabilityPolicy = ReliabilityPolicy
QoSDurabilityPolicy = DurabilityPolicy
QoSLivelinessPolicy = LivelinessPolicy


def _policy(name: str, policy: type[QoSPolicyEnum]) -> property:
    attribute = f'_{name}'

    def store(self: QoSProfile, value: QoSPolicyEnum | int) -> None:
        assert isinstance(value, int)
        setattr(self, attribute, policy(value))

    return property(lambda self: getattr(self, attribute), store, doc=f'The {name} policy.')


def _instance(name: str, kind: type) -> property:
    attribute = f'_{name}'

    def store(self: QoSProfile, value: Any) -> None:
        assert isinstance(value, kind)
        setattr(self, attribute, value)

    return property(lambda self: getattr(self, attribute), store, doc=f'The {name} setting.')


class QoSProfile:
    """A quality of service: what a publisher offers or a subscription asks for.

    A duration of 0 means that the policy is not set.
    """

    __slots__ = (
        '_avoid_ros_namespace_conventions',
        '_deadline',
        '_depth',
        '_durability',
        '_history',
        '_lifespan',
        '_liveliness',
        '_liveliness_lease_duration',
        '_reliability',
    )
    _ORDER = (
        'history',
        'depth',
        'reliability',
        'durability',
        'lifespan',
        'deadline',
        'liveliness',
        'liveliness_lease_duration',
        'avoid_ros_namespace_conventions',
    )

    def __init__(self, **settings: Any) -> None:
        """Make a profile.

        Args:
            **settings: history, depth, reliability, durability, lifespan, deadline, liveliness,
                liveliness_lease_duration, avoid_ros_namespace_conventions.

        Raises:
            InvalidQoSProfileException: neither history nor depth is given, or keep last without
                a depth.
            AssertionError: a setting is not known or of a wrong type.
        """
        if not settings.keys() <= set(self._ORDER):
            raise AssertionError(f'Invalid arguments passed to constructor: {settings.keys()}')
        history = settings.get('history')
        if history is None:
            if settings.get('depth') is None:
                raise InvalidQoSProfileException('History and/or depth settings are required.')
            history = HistoryPolicy.KEEP_LAST
        self.history = history
        if self.history == HistoryPolicy.KEEP_LAST and settings.get('depth') is None:
            raise InvalidQoSProfileException('History set to KEEP_LAST without a depth setting.')
        for name, default in (
            ('depth', 10),
            ('reliability', ReliabilityPolicy.RELIABLE),
            ('durability', DurabilityPolicy.VOLATILE),
            ('lifespan', Duration()),
            ('deadline', Duration()),
            ('liveliness', LivelinessPolicy.SYSTEM_DEFAULT),
            ('liveliness_lease_duration', Duration()),
            ('avoid_ros_namespace_conventions', False),
        ):
            value = settings.get(name)
            setattr(self, name, default if value is None else value)

    history = _policy('history', HistoryPolicy)
    reliability = _policy('reliability', ReliabilityPolicy)
    durability = _policy('durability', DurabilityPolicy)
    liveliness = _policy('liveliness', LivelinessPolicy)
    lifespan = _instance('lifespan', Duration)
    deadline = _instance('deadline', Duration)
    liveliness_lease_duration = _instance('liveliness_lease_duration', Duration)
    avoid_ros_namespace_conventions = _instance('avoid_ros_namespace_conventions', bool)

    @property
    def depth(self) -> int:
        """Number of samples kept."""
        return self._depth

    @depth.setter
    def depth(self, value: int) -> None:
        assert isinstance(value, int)
        if self.history == HistoryPolicy.KEEP_LAST and value == 0:
            warnings.warn(
                "A zero depth with KEEP_LAST doesn't make sense; no data could be stored. "
                'This will be interpreted as SYSTEM_DEFAULT',
                stacklevel=3,
            )
        self._depth = value

    def get_c_qos_profile(self) -> rmw_qos_profile_t:
        """Return the profile as the classes of rclpy._rclpy_pybind11 take it."""
        return rmw_qos_profile_t({name: getattr(self, name) for name in self._ORDER})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, QoSProfile):
            return False
        return all(getattr(self, name) == getattr(other, name) for name in self._ORDER)

    __hash__ = None

    def __str__(self) -> str:
        parts = (f'{name}={getattr(self, name)!s}' for name in self._ORDER)
        return f'{type(self).__name__}({", ".join(parts)})'


DeadlineBestAvailable = Duration(nanoseconds=RMW_QOS_DEADLINE_BEST_AVAILABLE)
LivelinessLeaseDurationeBestAvailable = Duration(
    nanoseconds=RMW_QOS_LIVELINESS_LEASE_DURATION_BEST_AVAILABLE
)

with warnings.catch_warnings():
    # Depth 0 is what these profiles say.
    warnings.simplefilter('ignore')
    qos_profile_unknown = QoSProfile(
        history=HistoryPolicy.UNKNOWN,
        depth=0,
        reliability=ReliabilityPolicy.UNKNOWN,
        durability=DurabilityPolicy.UNKNOWN,
        liveliness=LivelinessPolicy.UNKNOWN,
    )
    qos_profile_system_default = QoSProfile(
        history=HistoryPolicy.SYSTEM_DEFAULT,
        depth=0,
        reliability=ReliabilityPolicy.SYSTEM_DEFAULT,
        durability=DurabilityPolicy.SYSTEM_DEFAULT,
    )
qos_profile_default = QoSProfile(depth=10)
qos_profile_sensor_data = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
qos_profile_services_default = QoSProfile(depth=10)
qos_profile_parameters = QoSProfile(depth=1000)
qos_profile_parameter_events = QoSProfile(depth=1000)
qos_profile_best_available = QoSProfile(
    depth=10,
    reliability=ReliabilityPolicy.BEST_AVAILABLE,
    durability=DurabilityPolicy.BEST_AVAILABLE,
    deadline=DeadlineBestAvailable,
    liveliness=LivelinessPolicy.BEST_AVAILABLE,
    liveliness_lease_duration=LivelinessLeaseDurationeBestAvailable,
)
qos_profile_action_status_default = QoSProfile(
    depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL
)


class QoSPresetProfiles(Enum):
    """The profiles above by name; equal ones are one member."""

    UNKNOWN = qos_profile_unknown
    DEFAULT = qos_profile_default
    SYSTEM_DEFAULT = qos_profile_system_default
    SENSOR_DATA = qos_profile_sensor_data
    SERVICES_DEFAULT = qos_profile_services_default
    PARAMETERS = qos_profile_parameters
    PARAMETER_EVENTS = qos_profile_parameter_events
    ACTION_STATUS_DEFAULT = qos_profile_action_status_default
    BEST_AVAILABLE = qos_profile_best_available

    @classmethod
    def short_keys(cls) -> list[str]:
        """Return the names in lower case."""
        return [name.lower() for name in cls.__members__]

    @classmethod
    def get_from_short_key(cls, name: str) -> QoSProfile:
        """Return the profile of a name in lower case."""
        return cls[name.upper()].value


def qos_check_compatible(
    publisher_qos: QoSProfile, subscription_qos: QoSProfile
) -> tuple[QoSCompatibility, str]:
    """Return whether a publisher and a subscription with these profiles would match, and why not.

    A policy that is left to the middleware gives a warning where the outcome depends on it.
    """
    errors, doubts = _find_conflicts(publisher_qos, subscription_qos)
    if errors:
        return QoSCompatibility.ERROR, ''.join(f'ERROR: {each};' for each in errors)
    if doubts:
        return QoSCompatibility.WARNING, ''.join(f'WARNING: {each};' for each in doubts)
    return QoSCompatibility.OK, ''


def _find_conflicts(offered: QoSProfile, asked: QoSProfile) -> tuple[list[str], list[str]]:
    errors: list[str] = []
    doubts: list[str] = []
    reliability, durability = ReliabilityPolicy, DurabilityPolicy
    if (offered.reliability, asked.reliability) == (
        reliability.BEST_EFFORT,
        reliability.RELIABLE,
    ):
        errors.append('Best effort publisher and reliable subscription')
    if (offered.durability, asked.durability) == (
        durability.VOLATILE,
        durability.TRANSIENT_LOCAL,
    ):
        errors.append('Volatile publisher and transient local subscription')
    if asked.deadline.nanoseconds and not offered.deadline.nanoseconds:
        errors.append('Subscription has a deadline, but publisher does not')
    elif asked.deadline.nanoseconds and offered.deadline > asked.deadline:
        errors.append("Subscription's deadline is less than publisher's deadline")
    if (offered.liveliness, asked.liveliness) == (
        LivelinessPolicy.AUTOMATIC,
        LivelinessPolicy.MANUAL_BY_TOPIC,
    ):
        errors.append("Publisher's liveliness is automatic and subscription's is manual by topic")
    lease, wanted = offered.liveliness_lease_duration, asked.liveliness_lease_duration
    if wanted.nanoseconds and not lease.nanoseconds:
        errors.append('Subscription has a liveliness lease duration, but publisher does not')
    elif wanted.nanoseconds and lease > wanted:
        errors.append("Subscription's liveliness lease duration is less than publisher's")
    doubt = _doubt(offered, asked)
    doubts += [
        *doubt('reliability', lambda o, a: o != reliability.RELIABLE),
        *doubt('durability', lambda o, a: o != durability.TRANSIENT_LOCAL),
        *doubt('liveliness', lambda o, a: o != LivelinessPolicy.MANUAL_BY_TOPIC),
    ]
    return errors, doubts


def _doubt(
    offered: QoSProfile, asked: QoSProfile
) -> Callable[[str, Callable[[Any, Any], bool]], list[str]]:
    unclear = ('SYSTEM_DEFAULT', 'UNKNOWN')

    def find(name: str, matters: Callable[[Any, Any], bool]) -> list[str]:
        ours, theirs = getattr(offered, name), getattr(asked, name)
        if not {ours.name, theirs.name} & set(unclear) or not matters(ours, theirs):
            return []
        return [
            f'Publisher {name} is {ours.short_key} and subscription {name} is {theirs.short_key}'
        ]

    return find
