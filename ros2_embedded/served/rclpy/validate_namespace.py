"""Checks namespaces."""

from typing import Literal

from rclpy.exceptions import InvalidNamespaceException
from rclpy.impl.names import check_namespace


def validate_namespace(namespace: str) -> Literal[True]:
    """Return True for a good absolute namespace.

    Raises:
        InvalidNamespaceException: it is not.
    """
    fault = check_namespace(namespace)
    if fault is not None:
        raise InvalidNamespaceException(namespace, *fault)
    return True
