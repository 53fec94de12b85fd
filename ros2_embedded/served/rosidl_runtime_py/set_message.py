"""Sets the fields of messages from plain values."""

from __future__ import annotations

import array
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from rosidl_parser.definition import AbstractNestedType, NamespacedType
from rosidl_runtime_py.convert import get_message_slot_types
from rosidl_runtime_py.import_message import import_message_from_namespaced_type

_HEADER = 'std_msgs.msg._header.Header'
_TIME = 'builtin_interfaces.msg._time.Time'


def set_message_fields(
    msg: Any,
    values: dict[str, Any],
    expand_header_auto: bool = False,
    expand_time_now: bool = False,
) -> list[Callable[[Any], None]]:
    """Set fields by name; values are turned into the fields' types.

    Args:
        msg: message.
        values: value by field name; dictionaries for nested messages.
        expand_header_auto: take `auto` for a header to be stamped later.
        expand_time_now: take `now` for a time to be set later.

    Returns:
        Functions that set the times to be set later.

    Raises:
        AttributeError: the message has no such field.
        TypeError, ValueError: a value cannot be turned into the field's type.
    """
    later: list[Callable[[Any], None]] = []
    if not hasattr(values, 'items'):
        raise TypeError(
            f"Value '{values}' is expected to be a dictionary but is a {type(values).__name__}"
        )

    def nested(kind: type, content: Any) -> Any:
        made = kind()
        later.extend(set_message_fields(made, content, expand_header_auto, expand_time_now))
        return made

    for name, value in values.items():
        field = getattr(msg, name)
        kind = type(field)
        full = f'{kind.__module__}.{kind.__name__}'
        if full == _HEADER and value == 'auto' and expand_header_auto:
            later.append(partial(setattr, field, 'stamp'))
            continue
        if full == _TIME and value == 'now' and expand_time_now:
            later.append(partial(setattr, msg, name))
            continue
        slot = get_message_slot_types(msg)[name]
        setattr(msg, name, _converted(field, value, slot, nested))
    return later


def _converted(field: Any, value: Any, slot: Any, nested: Callable[[type, Any], Any]) -> Any:
    """Return a value in the type of the field that it is for."""
    kind = type(field)
    if isinstance(slot, AbstractNestedType) and isinstance(slot.value_type, NamespacedType):
        element = import_message_from_namespaced_type(slot.value_type)
        return [each if isinstance(each, element) else nested(element, each) for each in value]
    if kind is array.array:
        return array.array(field.typecode, value)
    if kind is np.ndarray:
        return np.array(value, dtype=field.dtype)
    if type(value) is kind:
        return value
    try:
        return kind(value)
    except TypeError:
        return nested(kind, value)
