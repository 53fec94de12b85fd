"""Finding the type of a topic in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ros2_embedded.cli.errors import CommandError
from ros2_embedded.cli.session import wait_for_name

if TYPE_CHECKING:
    from rclpy.node import Node


def absolute_topic(node: Node, topic: str) -> str:
    """Return the absolute name of a topic.

    Raises:
        CommandError: that is no name of a topic.
    """
    from rclpy.exceptions import InvalidTopicNameException
    from rclpy.expand_topic_name import expand_topic_name
    from rclpy.validate_full_topic_name import validate_full_topic_name

    try:
        name = expand_topic_name(topic, node.get_name(), node.get_namespace())
        validate_full_topic_name(name)
    except (InvalidTopicNameException, ValueError) as error:
        raise CommandError(str(error)) from error
    return name


def message_class(name: str) -> Any:
    """Return the class of a message type, such as `std_msgs/msg/String`.

    Raises:
        CommandError: there is no such type.
    """
    from rosidl_runtime_py.utilities import get_message

    try:
        return get_message(name)
    except (AttributeError, ImportError, LookupError, ValueError) as error:
        raise CommandError(f"The message type '{name}' is invalid: {error}") from error


def find_message_class(node: Node, topic: str, seconds: float) -> Any | None:
    """Return the class of the messages of a topic, or None if it is not known in time.

    Args:
        node: node to look at the graph with.
        topic: absolute name of the topic.
        seconds: time to wait for the topic [s].

    Raises:
        CommandError: the topic has more than one type, or one that is not known here.
    """

    def types() -> list[str]:
        return dict(node.get_topic_names_and_types()).get(topic, [])

    if not wait_for_name(node, types, seconds):
        return None
    found = types()
    if len(found) > 1:
        raise CommandError(
            f"Cannot echo topic '{topic}', as it contains more than one type: [{', '.join(found)}]"
        )
    return message_class(found[0])


def await_message_class(node: Node, topic: str, shown: str, seconds: float) -> Any:
    """Return the class of the messages of a topic; wait until it is published, with a word.

    Args:
        node: node to look at the graph with.
        topic: absolute name of the topic.
        shown: name as the user has written it.
        seconds: time after which the user is told of the wait [s].

    Raises:
        CommandError: see `find_message_class`.
    """
    kind = find_message_class(node, topic, seconds)
    if kind is None:
        print(f'WARNING: topic [{shown}] does not appear to be published yet')
        kind = find_message_class(node, topic, float('inf'))
    return kind
