"""Which topics of the graph a recorder takes, and how it subscribes to them."""

from __future__ import annotations

from collections.abc import Container, Sequence

from rclpy.expand_topic_name import expand_topic_name
from rclpy.logging import get_logger
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.topic_endpoint_info import TopicEndpointInfo
from rosbag2_py.topic_choice import TopicChoice
from rosbag2_py.transport_options import RecordOptions

# Deeper than rosbag2's 10: Python is slower to take messages. It does not matter for matching.
_DEPTH = 100


class RecordedTopics:
    """Chooses topics of the graph as the options of a recorder say."""

    def __init__(self, node: Node, options: RecordOptions) -> None:
        """Prepare to choose.

        Raises:
            RuntimeError: a regular expression is none.
        """
        self._node = node
        self._options = options
        self._choice = TopicChoice(
            options,
            lambda name: expand_topic_name(name, node.get_name(), node.get_namespace()),
        )
        self._warned: set[str] = set()

    @property
    def requested(self) -> set[str]:
        """Full names of the topics that the options name."""
        return self._choice.topics

    def available(self, known: Container[str] = ()) -> dict[str, str]:
        """Return the topics to record that are there now, each with its type.

        Args:
            known: topics to leave out.
        """
        found = {}
        for name, types in self._node.get_topic_names_and_types():
            if name in known or not self._choice.takes(name, types[0]):
                continue
            if self._choice.leaves_hidden(name, types[0]):
                self._warn_once(
                    '', 'Hidden topics are not recorded. Enable them with --include-hidden-topics'
                )
            elif len(types) > 1:
                self._warn_once(name, f"Topic '{name}' has more than one type; it is not recorded")
            elif self._is_alive(name):
                found[name] = types[0]
        return found

    def _warn_once(self, key: str, text: str) -> None:
        if key not in self._warned:
            self._warned.add(key)
            self._node.get_logger().warning(text)

    def _is_alive(self, name: str) -> bool:
        options = self._options
        if not options.include_unpublished_topics and not self._node.count_publishers(name):
            return False
        return not options.ignore_leaf_topics or self._node.count_subscribers(name) > 0


def request_for(topic: str, publishers: Sequence[TopicEndpointInfo]) -> QoSProfile:
    """Return QoS to subscribe with: as strict as the least strict of the publishers."""
    request = QoSProfile(depth=_DEPTH)
    offered = [each.qos_profile for each in publishers]
    for policy, strong, weak in (
        ('reliability', ReliabilityPolicy.RELIABLE, ReliabilityPolicy.BEST_EFFORT),
        ('durability', DurabilityPolicy.TRANSIENT_LOCAL, DurabilityPolicy.VOLATILE),
    ):
        count = sum(getattr(each, policy) == strong for each in offered)
        if 0 < count < len(offered):
            get_logger('rosbag2_storage').warning(
                f'Some, but not all, publishers on topic "{topic}" are offering {strong.name}. '
                f'Falling back to {weak.name} as it will connect to all publishers.'
            )
        if offered:
            setattr(request, policy, strong if count == len(offered) else weak)
    return request


def type_hash_of(publishers: Sequence[TopicEndpointInfo]) -> str:
    """Return the hash of a topic's type; '' where publishers tell none or different ones."""
    hashes = {str(each.topic_type_hash) for each in publishers} - {'INVALID'}
    return hashes.pop() if len(hashes) == 1 else ''
