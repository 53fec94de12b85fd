"""Printing of messages and of their fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from ros2_embedded.cli.errors import CommandError

TRUNCATE_LENGTH = 128


@dataclass(frozen=True)
class Style:
    """How messages are printed.

    Attributes:
        csv: on one line of values, else as YAML.
        full_length: arrays and texts are not shortened.
        truncate_length: items to shorten them to.
        no_arr: without the items of arrays.
        no_str: without texts.
        flow_style: YAML on one line.
    """

    csv: bool = False
    full_length: bool = False
    truncate_length: int = TRUNCATE_LENGTH
    no_arr: bool = False
    no_str: bool = False
    flow_style: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """Arguments of the functions of rosidl_runtime_py."""
        length = None if self.full_length else self.truncate_length
        return {'truncate_length': length, 'no_arr': self.no_arr, 'no_str': self.no_str}


def parse_field(field: str | None) -> list[str | int]:
    """Return the attributes and indices that a field is reached by.

    Raises:
        CommandError: that is no field, such as `pose..x`.
    """
    if field is None:
        return []
    if not re.fullmatch(r'[A-Za-z]\w*(\[\d+\])*(\.[A-Za-z]\w*(\[\d+\])*)*', field):
        raise CommandError(f"Invalid field value '{field}'")
    return [int(step) if step.isdigit() else step for step in re.findall(r'\w+', field)]


def select(message: Any, steps: list[str | int]) -> Any:
    """Return the field of a message.

    Raises:
        CommandError: the message has no such field.
    """
    value = message
    try:
        for step in steps:
            value = value[step] if isinstance(step, int) else getattr(value, step)
    except (AttributeError, IndexError, TypeError) as error:
        field = '.'.join(map(str, steps))
        raise CommandError(f"Invalid field '{field}': {error}") from error
    return value


def printer(style: Style, *, with_info: bool = False) -> Callable[[Any, dict[str, int]], None]:
    """Return a function that prints a message, or a value of a field.

    Args:
        style: how.
        with_info: print what is known of the message as well, the second argument.
    """
    from rosidl_runtime_py import message_to_csv, message_to_yaml

    def show(value: Any, info: dict[str, int]) -> None:
        if not hasattr(value, 'get_fields_and_field_types'):
            if with_info:
                print(
                    '---Got new message, message info:---', info, '---Message data:---', sep='\n'
                )
            print(value, end='\n---\n')
        elif style.csv:
            before = ''.join(f'{each},' for each in info.values()) if with_info else ''
            print(f'{before}{message_to_csv(value, **style.options)}')
        else:
            if with_info:
                print(yaml.safe_dump(info), end='---\n')
            text = message_to_yaml(value, **style.options, flow_style=style.flow_style)
            print(text, end='---\n')

    return show
