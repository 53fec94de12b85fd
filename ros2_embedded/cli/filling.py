"""Messages from what a user has written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from ros2_embedded.cli.errors import CommandError


def fill(kind: Callable[[], Any], text: str) -> Any:
    """Return a message with fields from YAML; those that are left out keep their defaults.

    Raises:
        CommandError: the text is no YAML, or a field is unknown or of another type.
    """
    from rosidl_runtime_py.set_message import set_message_fields

    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CommandError(f'The values are no YAML: {error}') from error
    message = kind()
    try:
        set_message_fields(message, {} if values is None else values)
    except (AssertionError, AttributeError, TypeError, ValueError) as error:
        raise CommandError(f'Failed to populate field: {error}') from error
    return message
