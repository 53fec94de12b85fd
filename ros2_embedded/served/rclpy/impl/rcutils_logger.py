"""Loggers, with messages that come once, not at first, or not too often."""

from __future__ import annotations

import sys
from typing import Any

from rclpy.clock import Clock
from rclpy.impl import logging_levels
from rclpy.impl.logging_output import output
from rclpy.impl.logging_severity import LoggingSeverity

# Options by filter; None means that the option must be given.
_FILTERS: dict[str, dict[str, Any]] = {
    'throttle': {'throttle_duration_sec': None, 'throttle_time_source_type': Clock()},
    'skip_first': {'skip_first': None},
    'once': {'once': None},
}
_OPTIONS = [option for options in _FILTERS.values() for option in options]

# A line of a program: file, function and instruction.
_Caller = tuple[str, str, int, int]


class _CallSite:
    """What a logger remembers of one calling line."""

    def __init__(
        self, severity: LoggingSeverity, name: str, filters: list[str], options: dict[str, Any]
    ) -> None:
        self.severity = severity
        self.name = name
        self.filters = filters
        self.options = options
        self.skipped = False
        self.seen = False
        self.last_logged = 0

    def check(
        self, severity: LoggingSeverity, name: str, filters: list[str], options: dict[str, Any]
    ) -> None:
        """Refuse what a line may not change from one call to the next."""
        if severity != self.severity:
            raise ValueError('Logger severity cannot be changed between calls.')
        if name != self.name:
            raise ValueError('Logger name cannot be changed between calls.')
        if filters != self.filters:
            raise ValueError('Requested logging filters cannot be changed between calls.')
        if options != self.options:
            raise ValueError('Logging filter parameters cannot be changed between calls.')

    def should_log(self) -> bool:
        """Whether every filter lets the message through."""
        if 'throttle' in self.filters:
            now = self.options['throttle_time_source_type'].now().nanoseconds
            if now < self.last_logged + self.options['throttle_duration_sec'] * 1e9:
                return False
            self.last_logged = now
        if 'skip_first' in self.filters and not self.skipped:
            self.skipped = True
            return False
        if 'once' in self.filters:
            first, self.seen = not self.seen, True
            return first
        return True


def _detect_filters(options: dict[str, Any]) -> list[str]:
    """Return the filters that options ask for, and fill in their defaults."""
    for option in options:
        if option not in _OPTIONS:
            raise TypeError(
                f'parameter "{option}" is not one of the recognized logging options "{_OPTIONS}"'
            )
    found = [
        name for name, params in _FILTERS.items() if any(options.get(each) for each in params)
    ]
    for name in found:
        for option, default in _FILTERS[name].items():
            if option in options:
                continue
            if default is None:
                raise TypeError(
                    f'required parameter "{option}" not specified but is required for the '
                    f'the logging filter "{name}"'
                )
            options[option] = default
    return found


def _find_caller() -> _Caller:
    """Return the line outside this file that logs."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_code.co_name, frame.f_lineno, frame.f_lasti


class RcutilsLogger:
    """A named logger.

    Every writing method takes the message and these options, and returns whether it was written:
    `throttle_duration_sec` [s] with `throttle_time_source_type` (a clock), `skip_first`, `once`.
    They count per calling line.
    """

    def __init__(self, name: str = '') -> None:
        self.name = name
        self.contexts: dict[_Caller, _CallSite] = {}

    def get_child(self, name: str) -> RcutilsLogger:
        """Return the logger of that name below this one.

        Raises:
            ValueError: the name is empty.
        """
        if not name:
            raise ValueError('Child logger name must not be empty.')
        full = f'{self.name}{logging_levels.SEPARATOR}{name}' if self.name else name
        return RcutilsLogger(full)

    def set_level(self, level: LoggingSeverity | int) -> None:
        """Set the level from which on messages are written."""
        logging_levels.set_level(self.name, LoggingSeverity(level))

    def get_effective_level(self) -> LoggingSeverity:
        """Return the level that counts, the logger's own or that of a parent."""
        return LoggingSeverity(logging_levels.effective_level(self.name))

    def is_enabled_for(self, severity: LoggingSeverity | int) -> bool:
        """Whether messages of a severity are written."""
        return LoggingSeverity(severity) >= logging_levels.effective_level(self.name)

    def log(
        self,
        message: str,
        severity: LoggingSeverity | int,
        name: str | None = None,
        **options: Any,
    ) -> bool:
        """Write a message of a severity, under another name if one is given.

        Raises:
            TypeError: an option is not known, or one that it needs is missing.
            ValueError: a calling line changes its severity, name or options.
        """
        if not self.is_enabled_for(severity):
            return False
        severity = LoggingSeverity(severity)
        name = self.name if name is None else name
        filters = _detect_filters(options)
        caller = _find_caller()
        site = self.contexts.get(caller)
        if site is None:
            site = self.contexts[caller] = _CallSite(severity, name, filters, options)
        else:
            site.check(severity, name, filters, options)
        if not site.should_log():
            return False
        file, function, line, _ = caller
        output(severity, name, str(message), function, file, line)
        return True

    def debug(self, message: str, **options: Any) -> bool:
        """Write a message of severity DEBUG."""
        return self.log(message, LoggingSeverity.DEBUG, **options)

    def info(self, message: str, **options: Any) -> bool:
        """Write a message of severity INFO."""
        return self.log(message, LoggingSeverity.INFO, **options)

    def warning(self, message: str, **options: Any) -> bool:
        """Write a message of severity WARN."""
        return self.log(message, LoggingSeverity.WARN, **options)

    def warn(self, message: str, **options: Any) -> bool:
        """Write a message of severity WARN; `warning` is its newer name."""
        return self.log(message, LoggingSeverity.WARN, **options)

    def error(self, message: str, **options: Any) -> bool:
        """Write a message of severity ERROR."""
        return self.log(message, LoggingSeverity.ERROR, **options)

    def fatal(self, message: str, **options: Any) -> bool:
        """Write a message of severity FATAL."""
        return self.log(message, LoggingSeverity.FATAL, **options)
