"""Checks node names."""

from typing import Literal

from rclpy.exceptions import InvalidNodeNameException
from rclpy.impl.names import check_node_name


def validate_node_name(node_name: str) -> Literal[True]:
    """Return True for a good node name.

    Raises:
        InvalidNodeNameException: it is not.
    """
    fault = check_node_name(node_name)
    if fault is not None:
        raise InvalidNodeNameException(node_name, *fault)
    return True
