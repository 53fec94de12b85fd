"""Which topics of the graph a recorder takes, and how it subscribes to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rclpy.expand_topic_name import expand_topic_name
from rclpy.logging import get_logger
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.topic_endpoint_info import TopicEndpointInfo
from rosbag2_py.topic_selection import SERVICE_EVENT_ENDING, is_service_event_topic
from rosbag2_py.transport_options import RecordOptions

# Deeper than rosbag2's 10: Python is slower to take messages. It does not matter for matching.
_DEPTH = 100


class RecordedTopics:
    """Chooses topics as the options of a recorder say."""

    def __init__(self, node: Node, options: RecordOptions) -> None:
        """Prepare to choose.

        Raises:
            RuntimeError: a regular expression is none.
        """
        self._node = node
        self._options = options
        self._regex = _pattern(options.regex)
        self._exclude = _pattern(options.exclude_regex)
        self.topics = self._full(options.topics)
        self._services = self._full(options.services)
        self._not_topics = self._full(options.exclude_topics)
        self._not_services = self._full(options.exclude_service_events)
        self._warned: set[str] = set()

    def _full(self, names: Sequence[str] | None) -> set[str]:
        node = self._node
        return {
            expand_topic_name(each, node.get_name(), node.get_namespace()) for each in names or ()
        }

    def available(self) -> dict[str, str]:
        """Return the topics to record that are there now, each with its type."""
        found = {}
        for name, types in self._node.get_topic_names_and_types():
            if len(types) > 1 and self._wants(name, types[0]):
                self._warn_once(name, f"Topic '{name}' has more than one type; it is not recorded")
            elif self._wants(name, types[0]) and self._is_alive(name):
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

    def _wants(self, name: str, kind: str) -> bool:
        options = self._options
        if is_service_event_topic(name, kind):
            shown = name.removesuffix(SERVICE_EVENT_ENDING)
            wanted = options.all_services or name in self._services or self._fits(shown)
            return wanted and name not in self._not_services and not self._is_excluded(shown)
        wanted = (
            options.all_topics
            or name in self.topics
            or kind in options.topic_types
            or self._fits(name)
        )
        if not wanted or kind in options.exclude_topic_types or name in self._not_topics:
            return False
        if self._is_excluded(name):
            return False
        if not options.include_hidden_topics and any(
            part.startswith('_') for part in name.split('/')
        ):
            self._warn_once(
                '', 'Hidden topics are not recorded. Enable them with --include-hidden-topics'
            )
            return False
        return True

    def _fits(self, name: str) -> bool:
        return self._regex is not None and self._regex.search(name) is not None

    def _is_excluded(self, name: str) -> bool:
        return self._exclude is not None and self._exclude.search(name) is not None


def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error as error:
        raise RuntimeError(f'{text!r} is no regular expression: {error}') from error


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
