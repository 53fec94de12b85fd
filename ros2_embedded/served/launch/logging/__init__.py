"""Logging of launch: to the screen, to the launch log file, and to files of their own.

Log files lie below `ROS_LOG_DIR`, else below `ROS_HOME/log`, else below `~/.ros/log`, in one
folder for each launch. The folder is made when the first line is written to it.
"""

from __future__ import annotations

import logging

from . import handlers
from .config import LaunchConfig
from .output import configured_output_loggers

__all__ = [
    'LaunchConfig',
    'get_logger',
    'get_output_loggers',
    'handlers',
    'launch_config',
    'log_launch_config',
    'reset',
]

launch_config = LaunchConfig()

_loggers: dict[str, logging.Logger] = {}


def _own(name: str | None) -> logging.Logger:
    logger = logging.getLogger(name)
    if name is not None:
        # A line must not be printed again by the handlers of a logger above.
        logger.propagate = False
    _loggers[logger.name] = logger
    return logger


def get_logger(name: str | None = None) -> logging.Logger:
    """Return the logger of this name, writing to the screen and to the launch log file."""
    logger = _own(name)
    for handler in (launch_config.get_screen_handler(), launch_config.get_log_file_handler()):
        if handler not in logger.handlers:
            logger.addHandler(handler)
    return logger


def get_output_loggers(
    process_name: str, output_config: str | dict[str, str | set[str]]
) -> tuple[logging.Logger, logging.Logger]:
    """Return the loggers for the standard output and standard error of a process.

    Args:
        process_name: unique name of the process.
        output_config: `screen`, `log` (the log file, standard error also to the screen), `both`,
            `own_log` (files of their own) or `full`; or a dictionary from `stdout`, `stderr` and
            `both` to `screen`, `log`, `own_log` or a set of these.

    Raises:
        ValueError: the configuration is none of these.
    """
    loggers = _own(f'{process_name}-stdout'), _own(f'{process_name}-stderr')
    configured_output_loggers(launch_config, process_name, output_config, loggers)
    return loggers


def log_launch_config(*, logger: logging.Logger = logging.root) -> None:
    """Log where the log files are and how much is logged."""
    if launch_config.file_handlers:
        logger.info(f'All log files can be found below {launch_config.log_dir}')
    level = logging.getLevelName(logging.root.getEffectiveLevel())
    logger.info(f'Default logging verbosity is set to {level}')


def reset() -> None:
    """Forget all loggers, handlers and settings, as if launch had just been imported."""
    own = [launch_config.get_screen_handler(), *launch_config.file_handlers.values()]
    for logger in _loggers.values():
        logger.setLevel(logging.NOTSET)
        for handler in own:
            logger.removeHandler(handler)
    for handler in own:
        handler.close()
    _loggers.clear()
    launch_config.reset()
