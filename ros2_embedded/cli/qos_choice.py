"""The QoS that a command subscribes with."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ros2_embedded.cli.errors import CommandError

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.qos import QoSProfile


@dataclass(frozen=True)
class QosWishes:
    """What the user says of the QoS; None is left open.

    Attributes:
        profile: short name of a preset, such as `sensor_data`.
        depth: messages to keep.
        history: short name of a history policy.
        reliability: short name of a reliability policy.
        durability: short name of a durability policy.
        liveliness: short name of a liveliness policy.
        lease: lease duration of the liveliness [s].
    """

    profile: str
    depth: int | None = None
    history: str | None = None
    reliability: str | None = None
    durability: str | None = None
    liveliness: str | None = None
    lease: float | None = None

    @property
    def are_open(self) -> bool:
        """Whether the user says nothing but the preset."""
        return all(value is None for name, value in vars(self).items() if name != 'profile')


def choose_qos(node: Node, topic: str, wishes: QosWishes, *, suit: bool = True) -> QoSProfile:
    """Return a preset with what the user says, or else with what suits all publishers.

    Args:
        node: node to look at the graph with.
        topic: absolute name of the topic.
        wishes: what the user says.
        suit: look at the publishers where the user says nothing; else it is the preset.

    Raises:
        CommandError: a name is unknown; it lists those that are known.
    """
    from rclpy.duration import Duration
    from rclpy.qos import (
        QoSDurabilityPolicy,
        QoSHistoryPolicy,
        QoSLivelinessPolicy,
        QoSPresetProfiles,
        QoSReliabilityPolicy,
    )

    # a copy: the presets belong to the whole process
    chosen = copy(_from_short_key(QoSPresetProfiles, '--qos-profile', wishes.profile))
    if suit and wishes.are_open:
        _suit_publishers(node, topic, chosen)
        return chosen
    for name, policy in (
        ('history', QoSHistoryPolicy),
        ('reliability', QoSReliabilityPolicy),
        ('durability', QoSDurabilityPolicy),
        ('liveliness', QoSLivelinessPolicy),
    ):
        wish = getattr(wishes, name)
        if wish is not None:
            setattr(chosen, name, _from_short_key(policy, f'--qos-{name}', wish))
    if wishes.lease is not None:
        chosen.liveliness_lease_duration = Duration(seconds=wishes.lease)
    if wishes.depth is not None:
        chosen.depth = wishes.depth
    return chosen


def _from_short_key(policy: Any, option: str, key: str) -> Any:
    if key not in policy.short_keys():
        raise CommandError(
            f"{option} '{key}' is unknown; known are: {', '.join(policy.short_keys())}"
        )
    return policy.get_from_short_key(key)


def _suit_publishers(node: Node, topic: str, profile: QoSProfile) -> None:
    from rclpy.qos import QoSDurabilityPolicy, QoSReliabilityPolicy

    offered = [endpoint.qos_profile for endpoint in node.get_publishers_info_by_topic(topic)]
    if not offered:
        return
    choices = (
        ('reliability', QoSReliabilityPolicy.RELIABLE, QoSReliabilityPolicy.BEST_EFFORT),
        ('durability', QoSDurabilityPolicy.TRANSIENT_LOCAL, QoSDurabilityPolicy.VOLATILE),
    )
    for policy, strong, weak in choices:
        count = sum(getattr(each, policy) == strong for each in offered)
        if 0 < count < len(offered):
            kind = type(strong).__name__.replace('Policy', '').replace('QoS', '')
            print(
                f'Some, but not all, publishers are offering QoS{kind}Policy.{strong.name}. '
                f'Falling back to QoS{kind}Policy.{weak.name} '
                'as it will connect to all publishers'
            )
        setattr(profile, policy, strong if count == len(offered) else weak)
