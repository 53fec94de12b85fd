"""Where log messages go: the console, in ROS 2's format, and /rosout.

RCUTILS_CONSOLE_OUTPUT_FORMAT, RCUTILS_COLORIZED_OUTPUT and RCUTILS_LOGGING_USE_STDOUT mean what
they mean to the real one. No log files are written.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TextIO

from rclpy.impl import logging_levels

DEFAULT_FORMAT = '[{severity}] [{time}] [{name}]: {message}'

_COLOURS = {
    logging_levels.DEBUG: '\x1b[32m',
    logging_levels.INFO: '\x1b[0m',
    logging_levels.WARN: '\x1b[33m',
    logging_levels.ERROR: '\x1b[31m',
    logging_levels.FATAL: '\x1b[31m',
}
_RESET = '\x1b[0m'
_FIELD = re.compile(r'\{(\w+)\}')

_lock = threading.Lock()
_rosout: dict[str, Callable[..., None]] = {}


class Settings:
    """Whether anything goes to the console at all."""

    console = True


def add_rosout(name: str, publish: Callable[..., None]) -> None:
    """Let messages of a logger and its children go to /rosout by a node's publisher."""
    with _lock:
        _rosout[name] = publish


def remove_rosout(name: str, publish: Callable[..., None]) -> None:
    """End what `add_rosout` began."""
    with _lock:
        if _rosout.get(name) == publish:
            del _rosout[name]


def output(severity: int, name: str, message: str, function: str, file: str, line: int) -> None:
    """Write one message to the console and to /rosout."""
    stamp = time.time_ns()
    if Settings.console:
        _write(severity, stamp, name, message, function, file, line)
    publish = _rosout_of(name)
    if publish is not None:
        publish(stamp, severity, name, message, file, function, line)


def _rosout_of(name: str) -> Callable[..., None] | None:
    with _lock:
        while name:
            if name in _rosout:
                return _rosout[name]
            name = name.rpartition(logging_levels.SEPARATOR)[0]
    return None


def _write(
    severity: int, stamp: int, name: str, message: str, function: str, file: str, line: int
) -> None:
    seconds, nanoseconds = divmod(stamp, 10**9)
    values: dict[str, Any] = {
        'severity': logging_levels.NAMES[severity],
        'name': name,
        'message': message,
        'function_name': function,
        'file_name': file,
        'line_number': line,
        'time': f'{seconds}.{nanoseconds:09d}',
        'time_as_nanoseconds': stamp,
        'date_time_with_ms': time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(seconds))
        + f'.{nanoseconds // 10**6:03d}',
    }
    layout = os.environ.get('RCUTILS_CONSOLE_OUTPUT_FORMAT') or DEFAULT_FORMAT
    # Unknown fields stay as they are.
    text = _FIELD.sub(lambda field: str(values.get(field[1], field[0])), layout)
    text = text.replace('\\n', '\n').replace('\\t', '\t')
    stream = sys.stdout if os.environ.get('RCUTILS_LOGGING_USE_STDOUT') == '1' else sys.stderr
    if _coloured(stream):
        text = f'{_COLOURS[severity]}{text}{_RESET}'
    try:
        stream.write(f'{text}\n')
        stream.flush()
    except (OSError, ValueError):
        # The console is gone; a node must live on without it.
        Settings.console = False


def _coloured(stream: TextIO) -> bool:
    wish = os.environ.get('RCUTILS_COLORIZED_OUTPUT')
    if wish in ('0', '1'):
        return wish == '1'
    return stream is not None and stream.isatty()
