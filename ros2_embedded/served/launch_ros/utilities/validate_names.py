"""Checks of node names and namespaces, with the exceptions of rclpy.

rclpy itself is loaded only to refuse a name: launching must not wait for a middleware that only
the nodes need.
"""

from __future__ import annotations

import re

_NODE_NAME = re.compile('[A-Za-z_][A-Za-z0-9_]{0,254}')
_NAMESPACE = re.compile('/|(?:/[A-Za-z_][A-Za-z0-9_]*)+')
_MAX_NAMESPACE = 200  # characters that rmw accepts for sure; rclpy decides on longer ones


def validate_node_name(node_name: str) -> None:
    """Refuse what cannot be a node's name.

    Raises:
        rclpy.exceptions.InvalidNodeNameException: it says where the name goes wrong.
    """
    if not _NODE_NAME.fullmatch(node_name):
        from rclpy.validate_node_name import validate_node_name as validate

        validate(node_name)


def validate_namespace(namespace: str) -> None:
    """Refuse what cannot be an absolute namespace.

    Raises:
        rclpy.exceptions.InvalidNamespaceException: it says where the namespace goes wrong.
    """
    if not _NAMESPACE.fullmatch(namespace) or len(namespace) > _MAX_NAMESPACE:
        from rclpy.validate_namespace import validate_namespace as validate

        validate(namespace)
