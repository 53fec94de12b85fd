"""Messages from what a user has written."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import yaml

from ros2_embedded.cli.errors import CommandError


def fill(kind: Callable[[], Any], text: str) -> Any:
    """Return a message with fields from YAML; those that are left out keep their defaults.

    Raises:
        CommandError: the text is no YAML, or a field is unknown or of another type.
    """
    message = kind()
    _set_fields(message, text, stamp_later=False)
    return message


def fill_stamped(kind: Callable[[], Any], text: str) -> tuple[Any, list[Callable[[Any], None]]]:
    """Return a message as `fill` does, and functions that set its times to a given one.

    A header may be `auto`, and a time `now`: they are for these functions.

    Raises:
        CommandError: see `fill`.
    """
    message = kind()
    return message, _set_fields(message, text, stamp_later=True)


def _set_fields(message: Any, text: str, *, stamp_later: bool) -> list[Callable[[Any], None]]:
    from rosidl_runtime_py.set_message import set_message_fields

    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CommandError(f'The values are no YAML: {error}') from error
    try:
        return set_message_fields(
            message,
            {} if values is None else values,
            expand_header_auto=stamp_later,
            expand_time_now=stamp_later,
        )
    except (AssertionError, AttributeError, TypeError, ValueError) as error:
        raise CommandError(f'Failed to populate field: {error}') from error


def values_or_stdin(values: str, stdin: bool) -> str:
    """Return the values of the command line, or those of standard input.

    Raises:
        CommandError: both are given, or standard input is a terminal.
    """
    if not stdin:
        return values
    if values != '{}':
        raise CommandError('give the values or --stdin, not both')
    if sys.stdin.isatty():
        raise CommandError(
            '--stdin reads from a pipe or a file: command ... --stdin < values.yaml'
        )
    return sys.stdin.read()
