"""What is in the graph: nodes, topics, and who publishes and subscribes to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ros2_embedded.cli.node_list import full_node_names

if TYPE_CHECKING:
    from rclpy.node import Node

_PARTICIPANT = slice(0, 12)  # of a GID: the bytes that its process has


@dataclass(frozen=True)
class TopicSurvey:
    """A topic.

    Attributes:
        name: absolute name.
        types: those that are told of it.
        publishers, subscriptions: `TopicEndpointInfo` of each.
    """

    name: str
    types: list[str]
    publishers: list[Any]
    subscriptions: list[Any]

    def pairs(self) -> Iterator[tuple[Any, Any]]:
        """Yield each publisher with each subscription."""
        for publisher in self.publishers:
            for subscription in self.subscriptions:
                yield publisher, subscription


@dataclass(frozen=True)
class Survey:
    """The graph.

    Attributes:
        nodes: full names, without hidden ones.
        topics: by name.
        participants: number of processes, the command itself left out.
    """

    nodes: list[str]
    topics: list[TopicSurvey]
    participants: int


def survey(node: Node) -> Survey:
    """Look at the graph.

    Args:
        node: node to look with; its own publishers and subscriptions do not count.
    """
    own = (node.get_name(), node.get_namespace())
    topics = []
    participants = set()
    for name, types in sorted(node.get_topic_names_and_types()):
        both = [
            [each for each in found if (each.node_name, each.node_namespace) != own]
            for found in (
                node.get_publishers_info_by_topic(name),
                node.get_subscriptions_info_by_topic(name),
            )
        ]
        topics.append(TopicSurvey(name, list(types), *both))
        participants.update(
            bytes(each.endpoint_gid[_PARTICIPANT]) for found in both for each in found
        )
    names = sorted(full_node_names(node, include_hidden=False))
    return Survey(names, topics, len(participants))


def endpoint_owner(endpoint: Any) -> str:
    """Return the full name of the node that an endpoint belongs to."""
    return f'{endpoint.node_namespace.rstrip("/")}/{endpoint.node_name}'
