"""Colour of lines on a terminal."""

from __future__ import annotations

import logging
import os
import sys

_LEVEL_COLOURS = {
    logging.WARNING: '\x1b[33m',
    logging.ERROR: '\x1b[31m',
    logging.CRITICAL: '\x1b[31m',
}
_PROCESS_COLOURS = tuple(f'\x1b[{code}m' for code in (36, 32, 35, 34, 96, 92, 95, 94))
_PLAIN = '\x1b[0m'


def wants_colour() -> bool:
    """Tell whether standard output is a terminal whose user has not set NO_COLOR."""
    return not os.environ.get('NO_COLOR') and sys.stdout.isatty()


class ColourFormatter(logging.Formatter):
    """Formatter that colours warnings and errors on a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for a record."""
        line = super().format(record)
        colour = _LEVEL_COLOURS.get(record.levelno)
        return f'{colour}{line}{_PLAIN}' if colour and wants_colour() else line


class ProcessFormatter(logging.Formatter):
    """Formatter that colours the `[name-1]` before a process's line on a terminal.

    The number picks the colour, so that a process keeps its colour.
    """

    def __init__(self, process_name: str) -> None:
        super().__init__('{msg}', style='{')
        self._prefix = f'[{process_name}]'
        number = process_name.rpartition('-')[2]
        self._colour = _PROCESS_COLOURS[
            (int(number) if number.isdigit() else 0) % len(_PROCESS_COLOURS)
        ]

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for a record."""
        line = super().format(record)
        if line.startswith(self._prefix) and wants_colour():
            return f'{self._colour}{self._prefix}{_PLAIN}{line[len(self._prefix) :]}'
        return line
