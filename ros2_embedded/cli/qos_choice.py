"""The QoS that a command subscribes with."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from ros2_embedded.cli.errors import CommandError

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.qos import QoSProfile


def choose_qos(
    node: Node,
    topic: str,
    *,
    profile: str,
    depth: int | None,
    history: str | None,
    reliability: str | None,
    durability: str | None,
    suit: bool = True,
) -> QoSProfile:
    """Return a preset with what the user says, or else with what suits all publishers.

    Args:
        node: node to look at the graph with.
        topic: absolute name of the topic.
        profile: short name of a preset, such as `sensor_data`.
        depth: messages to keep, None as the preset.
        history: short name of a history policy, None as the preset.
        reliability: short name of a reliability policy, None as suits.
        durability: short name of a durability policy, None as suits.
        suit: look at the publishers where the user says nothing; else it is the preset.

    Raises:
        CommandError: a name is unknown; it lists those that are known.
    """
    from rclpy.qos import (
        QoSDurabilityPolicy,
        QoSHistoryPolicy,
        QoSPresetProfiles,
        QoSReliabilityPolicy,
    )

    # a copy: the presets belong to the whole process
    chosen = copy(_from_short_key(QoSPresetProfiles, '--qos-profile', profile))
    if suit and (depth, history, reliability, durability) == (None, None, None, None):
        _suit_publishers(node, topic, chosen)
        return chosen
    if history is not None:
        chosen.history = _from_short_key(QoSHistoryPolicy, '--qos-history', history)
    if reliability is not None:
        chosen.reliability = _from_short_key(
            QoSReliabilityPolicy, '--qos-reliability', reliability
        )
    if durability is not None:
        chosen.durability = _from_short_key(QoSDurabilityPolicy, '--qos-durability', durability)
    if depth is not None:
        chosen.depth = depth
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
