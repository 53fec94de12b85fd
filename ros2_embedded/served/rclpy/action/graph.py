"""Which actions there are, and who offers and calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rclpy.node import Node

NamesAndTypes = list[tuple[str, list[str]]]

# The topic by which an action is known, and the end of its type.
_TOPIC, _TYPE = '/_action/feedback', '_FeedbackMessage'


def get_action_client_names_and_types_by_node(
    node: Node, remote_node_name: str, remote_node_namespace: str
) -> NamesAndTypes:
    """Return the actions that a node calls.

    Raises:
        NodeNameNonExistentError: there is no such node.
    """
    return _actions(
        node.get_subscriber_names_and_types_by_node(remote_node_name, remote_node_namespace)
    )


def get_action_server_names_and_types_by_node(
    node: Node, remote_node_name: str, remote_node_namespace: str
) -> NamesAndTypes:
    """Return the actions that a node offers.

    Raises:
        NodeNameNonExistentError: there is no such node.
    """
    return _actions(
        node.get_publisher_names_and_types_by_node(remote_node_name, remote_node_namespace)
    )


def get_action_names_and_types(node: Node) -> NamesAndTypes:
    """Return all actions with their types."""
    return _actions(node.get_topic_names_and_types())


def _actions(topics: NamesAndTypes) -> NamesAndTypes:
    return [
        (topic.removesuffix(_TOPIC), [each.removesuffix(_TYPE) for each in types])
        for topic, types in topics
        if topic.endswith(_TOPIC)
    ]
