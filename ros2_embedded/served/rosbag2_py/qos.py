"""QoS of topics as bags keep it."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import yaml
from rclpy import duration as rclpy_duration
from rclpy.qos import (
    DurabilityPolicy,
    HistoryPolicy,
    LivelinessPolicy,
    QoSProfile,
    ReliabilityPolicy,
)

_FIRST_VERSION_WITH_NAMES = 9
_NANO = 10**9
_INFINITE = 2**63 - 1
# What middlewares of Foxy said for "for ever", as (seconds, nanoseconds).
_OLD_INFINITES = {(0x7FFFFFFF, 0xFFFFFFFF), (0x7FFFFFFF, 0x7FFFFFFF)}
_POLICIES = {
    'history': HistoryPolicy,
    'reliability': ReliabilityPolicy,
    'durability': DurabilityPolicy,
    'liveliness': LivelinessPolicy,
}
_DURATIONS = ('deadline', 'lifespan', 'liveliness_lease_duration')
# The order in which rosbag2 writes them.
_ORDER = (
    'history',
    'depth',
    'reliability',
    'durability',
    'deadline',
    'lifespan',
    'liveliness',
    'liveliness_lease_duration',
    'avoid_ros_namespace_conventions',
)


def _c_enum(policy: str, known: type[IntEnum]) -> type[IntEnum]:
    members = {
        f'RMW_QOS_POLICY_{policy.upper()}_{each.name}': each.value
        for each in known
        if each.name != 'BEST_AVAILABLE'
    }
    return IntEnum(f'rmw_qos_{policy}_policy_t', members)


rmw_qos_history_policy_t = _c_enum('history', HistoryPolicy)
rmw_qos_reliability_policy_t = _c_enum('reliability', ReliabilityPolicy)
rmw_qos_durability_policy_t = _c_enum('durability', DurabilityPolicy)
rmw_qos_liveliness_policy_t = _c_enum('liveliness', LivelinessPolicy)


class Duration:
    """A duration as `QoS` takes it."""

    def __init__(self, seconds: int, nanoseconds: int) -> None:
        self.nanoseconds = seconds * _NANO + nanoseconds


class QoS:
    """QoS that a publisher offers; each method sets one policy and returns the QoS."""

    def __init__(self, history_depth: int) -> None:
        self._profile = QoSProfile(depth=history_depth)

    @classmethod
    def from_profile(cls, profile: QoSProfile) -> QoS:
        """Return the QoS with the policies of a profile of rclpy."""
        made = cls(1)
        for name in _ORDER:
            setattr(made._profile, name, getattr(profile, name))
        return made

    def to_profile(self) -> QoSProfile:
        """Return a profile of rclpy with these policies."""
        return QoSProfile(**{name: getattr(self._profile, name) for name in _ORDER})

    def _set(self, name: str, value: Any) -> QoS:
        setattr(self._profile, name, value)
        return self

    def keep_last(self, depth: int) -> QoS:
        """Keep so many messages."""
        return self._set('history', HistoryPolicy.KEEP_LAST)._set('depth', depth)

    def keep_all(self) -> QoS:
        """Keep all messages."""
        return self._set('history', HistoryPolicy.KEEP_ALL)

    def reliable(self) -> QoS:
        """Send again what was lost."""
        return self._set('reliability', ReliabilityPolicy.RELIABLE)

    def best_effort(self) -> QoS:
        """Send nothing again."""
        return self._set('reliability', ReliabilityPolicy.BEST_EFFORT)

    def durability_volatile(self) -> QoS:
        """Keep nothing for those who come late."""
        return self._set('durability', DurabilityPolicy.VOLATILE)

    def transient_local(self) -> QoS:
        """Keep messages for those who come late."""
        return self._set('durability', DurabilityPolicy.TRANSIENT_LOCAL)

    def history(self, policy: int) -> QoS:
        """Set the history policy."""
        return self._set('history', int(policy))

    def reliability(self, policy: int) -> QoS:
        """Set the reliability policy."""
        return self._set('reliability', int(policy))

    def durability(self, policy: int) -> QoS:
        """Set the durability policy."""
        return self._set('durability', int(policy))

    def liveliness(self, policy: int) -> QoS:
        """Set the liveliness policy."""
        return self._set('liveliness', int(policy))

    def deadline(self, duration: Duration) -> QoS:
        """Set the longest time between messages."""
        return self._set('deadline', _rclpy(duration.nanoseconds))

    def lifespan(self, duration: Duration) -> QoS:
        """Set the time after which a message is no longer sent."""
        return self._set('lifespan', _rclpy(duration.nanoseconds))

    def liveliness_lease_duration(self, duration: Duration) -> QoS:
        """Set the time after which a silent publisher counts as dead."""
        return self._set('liveliness_lease_duration', _rclpy(duration.nanoseconds))

    def avoid_ros_namespace_conventions(self, avoid: bool) -> QoS:
        """Leave out the prefix of ROS topics, or not."""
        return self._set('avoid_ros_namespace_conventions', avoid)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QoS) and self._profile == other._profile

    __hash__ = None

    def __repr__(self) -> str:
        return str(self._profile)


def _rclpy(nanoseconds: int) -> rclpy_duration.Duration:
    return rclpy_duration.Duration(nanoseconds=min(nanoseconds, _INFINITE))


def convert_rclcpp_qos_to_rclpy_qos(qos: QoS) -> QoSProfile:
    """Return a QoS as rclpy takes it."""
    return qos.to_profile()


def to_rclcpp_qos_vector(serialized: str, version: int = _FIRST_VERSION_WITH_NAMES) -> list[QoS]:
    """Return the QoS that a text in a bag tells, with policies as names or as numbers.

    Args:
        serialized: YAML; '' for none.
        version: of the metadata; the text itself tells which form it has.

    Raises:
        RuntimeError: it is no such text.
    """
    try:
        return qos_from_yaml(yaml.safe_load(serialized) if serialized else None)
    except yaml.YAMLError as error:
        raise RuntimeError(f'the QoS of a topic in the bag is no YAML: {error}') from error


def qos_from_yaml(values: Any) -> list[QoS]:
    """Return the QoS that a list in metadata.yaml tells, or a text with one.

    Raises:
        RuntimeError: it is no such list.
    """
    if isinstance(values, str):
        return to_rclcpp_qos_vector(values)
    try:
        return [_parse(each) for each in values or ()]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RuntimeError(f'the QoS of a topic in the bag is damaged: {error!r}') from error


def _parse(values: dict[str, Any]) -> QoS:
    qos = QoS(1)
    for name, policies in _POLICIES.items():
        value = values[name]
        policy = policies(value) if isinstance(value, int) else policies[str(value).upper()]
        qos._set(name, policy)
    if qos._profile.history == HistoryPolicy.KEEP_LAST:
        qos._set('depth', int(values['depth']))
    for name in _DURATIONS:
        seconds, nanoseconds = int(values[name]['sec']), int(values[name]['nsec'])
        total = seconds * _NANO + nanoseconds
        if (seconds, nanoseconds) in _OLD_INFINITES:
            total = _INFINITE
        qos._set(name, _rclpy(total))
    qos._set('avoid_ros_namespace_conventions', bool(values['avoid_ros_namespace_conventions']))
    return qos


def qos_to_yaml(profiles: list[QoS], version: int) -> Any:
    """Return a list for metadata.yaml of a version; up to 8 it is a text with numbers."""
    listed = [_show(each._profile, version) for each in profiles]
    if version >= _FIRST_VERSION_WITH_NAMES:
        return listed
    return yaml.safe_dump(listed, sort_keys=False) if listed else ''


def qos_text(profiles: list[QoS]) -> str:
    """Return the text that storages keep with a topic."""
    return yaml.safe_dump(
        qos_to_yaml(profiles, _FIRST_VERSION_WITH_NAMES), sort_keys=False
    ).rstrip()


def _show(profile: QoSProfile, version: int) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name in _ORDER:
        value = getattr(profile, name)
        if name in _POLICIES:
            names = version >= _FIRST_VERSION_WITH_NAMES
            shown[name] = value.name.lower() if names else int(value)
        elif name in _DURATIONS:
            seconds, nanoseconds = divmod(value.nanoseconds, _NANO)
            shown[name] = {'sec': seconds, 'nsec': nanoseconds}
        else:
            shown[name] = value
    return shown
