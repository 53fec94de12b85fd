"""Checks parameter names."""

from typing import Literal

from rclpy.exceptions import InvalidParameterException


def validate_parameter_name(name: str) -> Literal[True]:
    """Return True for a good parameter name.

    Raises:
        InvalidParameterException: it is empty.
    """
    if not name:
        raise InvalidParameterException(name)
    return True
