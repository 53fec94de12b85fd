"""Logging handlers that may format the lines of each logger in another way."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from collections.abc import Callable
from typing import Any, TextIO


class PerLoggerFormatting(logging.Handler):
    """Handler with formatters for single loggers beside its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._formatters: dict[str, logging.Formatter] = {}

    def setFormatterFor(self, logger: logging.Logger | str, formatter: logging.Formatter) -> None:  # noqa: N802 (name of the public API)
        """Set the formatter for the lines of one logger."""
        self._formatters[logger if isinstance(logger, str) else logger.name] = formatter

    def unsetFormatterFor(self, logger: logging.Logger | str) -> None:  # noqa: N802 (name of the public API)
        """Forget the formatter for the lines of one logger, if there is one."""
        self._formatters.pop(logger if isinstance(logger, str) else logger.name, None)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for a record."""
        formatter = self._formatters.get(record.name)
        return super().format(record) if formatter is None else formatter.format(record)


def __getattr__(name: str) -> Any:
    # Every handler of Python's own that is not named below, with formatters for single loggers.
    kind = getattr(logging.handlers, name, None) or getattr(logging, name, None)
    if not isinstance(kind, type) or not issubclass(kind, logging.Handler):
        raise AttributeError(f"module 'launch.logging.handlers' has no attribute '{name}'")
    return type(name, (PerLoggerFormatting, kind), {'__doc__': kind.__doc__})


class StreamHandler(PerLoggerFormatting, logging.StreamHandler):
    """Handler that writes to a stream."""


class FileHandler(PerLoggerFormatting, logging.FileHandler):
    """Handler that writes to a file."""


class WatchedFileHandler(PerLoggerFormatting, logging.handlers.WatchedFileHandler):
    """Handler that writes to a file and opens it again when it has been moved away."""


class ScreenHandler(PerLoggerFormatting):
    """Handler that writes to whatever standard output is at that time.

    A character that the terminal cannot show is replaced; a closed terminal is no error.
    """

    @property
    def stream(self) -> TextIO:
        """Standard output now."""
        return sys.stdout

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line for a record."""
        line = self.format(record)
        try:
            encoding = self.stream.encoding or 'utf-8'
            line = line.encode(encoding, 'replace').decode(encoding)
            self.stream.write(f'{line}\n')
            self.stream.flush()
        except (BrokenPipeError, ValueError):
            # Nobody reads any more; shutting down the processes in order matters more.
            return
        except OSError:
            self.handleError(record)


class LazyFileHandler(PerLoggerFormatting):
    """Handler that makes its file, and the folder that it lies in, at the first line."""

    def __init__(self, make: Callable[[], logging.Handler]) -> None:
        """Create a handler.

        Args:
            make: opens the file and returns the handler that writes to it.
        """
        super().__init__()
        self._make = make
        self._handler: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line for a record."""
        if self._handler is None:
            self._handler = self._make()
            self._handler.setFormatter(_Formatted(self))
        self._handler.emit(record)

    def flush(self) -> None:
        """Write out what is buffered."""
        if self._handler is not None:
            self._handler.flush()

    def close(self) -> None:
        """Close the file."""
        if self._handler is not None:
            self._handler.close()
        super().close()


class _Formatted(logging.Formatter):
    def __init__(self, owner: LazyFileHandler) -> None:
        super().__init__()
        self._owner = owner

    def format(self, record: logging.LogRecord) -> str:
        return self._owner.format(record)
