"""Checks expanded topic and service names."""

from typing import Literal

from rclpy.exceptions import InvalidServiceNameException, InvalidTopicNameException
from rclpy.impl.names import check_full_topic_name


def validate_full_topic_name(name: str, *, is_service: bool = False) -> Literal[True]:
    """Return True for a good absolute name.

    Raises:
        InvalidTopicNameException: it is not.
        InvalidServiceNameException: it is not, and is_service is True.
    """
    fault = check_full_topic_name(name)
    if fault is not None:
        raise (InvalidServiceNameException if is_service else InvalidTopicNameException)(
            name, *fault
        )
    return True
