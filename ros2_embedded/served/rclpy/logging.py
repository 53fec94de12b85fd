"""Loggers by name."""

from __future__ import annotations

import os
from pathlib import Path

from rclpy.impl import logging_levels
from rclpy.impl.logging_severity import LoggingSeverity
from rclpy.impl.rcutils_logger import RcutilsLogger

__all__ = [
    'LoggingSeverity',
    'clear_config',
    'get_logger',
    'get_logger_effective_level',
    'get_logger_level',
    'get_logging_directory',
    'get_logging_severity_from_string',
    'initialize',
    'set_logger_level',
    'shutdown',
]

_root_logger = RcutilsLogger()


def get_logger(name: str) -> RcutilsLogger:
    """Return a new logger of that name.

    Raises:
        ValueError: the name is empty.
    """
    if not name:
        raise ValueError('Logger name must not be empty.')
    return _root_logger.get_child(name)


def initialize() -> None:
    """Do nothing: logging works from the start."""


def shutdown() -> None:
    """Forget all levels."""
    logging_levels.reset()


def clear_config() -> None:
    """Forget all levels."""
    shutdown()
    initialize()


def set_logger_level(
    name: str, level: LoggingSeverity | int, detailed_error: bool = False
) -> None:
    """Set the level of a logger by name.

    Raises:
        ValueError: the level is none.
    """
    logging_levels.set_level(name, LoggingSeverity(level))


def get_logger_effective_level(name: str) -> LoggingSeverity:
    """Return the level that counts for a logger, its own or that of a parent."""
    return LoggingSeverity(logging_levels.effective_level(name))


def get_logger_level(name: str) -> LoggingSeverity:
    """Return the level that was set for a logger, UNSET where none was."""
    return LoggingSeverity(logging_levels.level_of(name))


def get_logging_severity_from_string(log_severity: str) -> LoggingSeverity:
    """Return the severity of that name.

    Raises:
        RuntimeError: there is none.
    """
    number = logging_levels.severity_from_text(log_severity)
    if number is None:
        known = ', '.join(logging_levels.NAMES.values())
        raise RuntimeError(f'{log_severity!r} is no severity; known are {known}.')
    return LoggingSeverity(number)


def get_logging_directory() -> Path:
    """Return the folder that launch writes its logs to: ROS_LOG_DIR, or ROS_HOME/log."""
    directory = os.environ.get('ROS_LOG_DIR')
    if directory:
        return Path(directory).expanduser()
    return Path(os.environ.get('ROS_HOME') or '~/.ros').expanduser() / 'log'
