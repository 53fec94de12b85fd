"""Severities of log messages."""

from enum import IntEnum

from rclpy.impl import logging_levels


class LoggingSeverity(IntEnum):
    """How grave a message is."""

    UNSET = logging_levels.UNSET
    DEBUG = logging_levels.DEBUG
    INFO = logging_levels.INFO
    WARN = logging_levels.WARN
    ERROR = logging_levels.ERROR
    FATAL = logging_levels.FATAL
