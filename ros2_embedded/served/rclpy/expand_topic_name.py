"""Expands topic and service names."""

from rclpy.exceptions import NameValidationException
from rclpy.impl.names import UnknownSubstitutionError, check_topic_name, expand
from rclpy.validate_namespace import validate_namespace
from rclpy.validate_node_name import validate_node_name


def expand_topic_name(topic_name: str, node_name: str, node_namespace: str) -> str:
    """Return the absolute name that a name means to a node.

    Raises:
        ValueError: a name has a wrong form, or the topic's has an unknown substitution.
    """
    try:
        validate_node_name(node_name)
        validate_namespace(node_namespace)
    except NameValidationException as error:
        raise ValueError(str(error)) from None
    fault = check_topic_name(topic_name)
    if fault is not None:
        raise ValueError(f"topic name '{topic_name}' is invalid: {fault[0]}")
    try:
        return expand(topic_name, node_name, node_namespace)
    except UnknownSubstitutionError as error:
        raise ValueError(f"topic name '{topic_name}' is invalid: {error}") from error
