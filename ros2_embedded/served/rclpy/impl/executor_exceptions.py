"""Exceptions of executors; users find them, and tracebacks name them, in rclpy.executors."""

from __future__ import annotations


class TimeoutException(Exception):  # noqa: N818  (rclpy's name)
    """Time is up."""

    __module__ = 'rclpy.executors'


class ShutdownException(Exception):  # noqa: N818  (rclpy's name)
    """The executor was shut down."""

    __module__ = 'rclpy.executors'


class ExternalShutdownException(Exception):  # noqa: N818  (rclpy's name)
    """The context was shut down."""

    __module__ = 'rclpy.executors'


class ConditionReachedException(Exception):  # noqa: N818  (rclpy's name)
    """What was waited for is there."""

    __module__ = 'rclpy.executors'
