"""Messages to dictionaries, YAML and CSV."""

from __future__ import annotations

import array
import sys
from collections import OrderedDict
from typing import Any

import numpy as np
import yaml
from rosidl_parser import definition

_LISTS = (list, tuple, array.array, np.ndarray)


def _type_name(kind: Any) -> str:
    if isinstance(kind, definition.BasicType):
        return kind.typename
    if isinstance(kind, definition.AbstractString):
        return 'string'
    if isinstance(kind, definition.AbstractWString):
        return 'wstring'
    return '/'.join(kind.namespaced_name())


def _abbreviated(value: Any, kind: Any) -> str:
    """Return a description in place of a list."""
    name = _type_name(kind.value_type)
    if isinstance(kind, definition.Array):
        return f'<array type: {name}[{kind.size}]>'
    if isinstance(kind, definition.BoundedSequence):
        name = f'{name}[{kind.maximum_size}]'
    return f'<sequence type: {name}, length: {len(value)}>'


class _Dumper(yaml.SafeDumper):
    """Writes ordered dictionaries as plain ones."""


_Dumper.add_representer(
    OrderedDict,
    lambda dumper, data: dumper.represent_mapping('tag:yaml.org,2002:map', data.items()),
)


def message_to_yaml(
    msg: Any,
    *,
    truncate_length: int | None = None,
    no_arr: bool = False,
    no_str: bool = False,
    flow_style: bool = False,
) -> str:
    """Return a message as YAML.

    Args:
        msg: message.
        truncate_length: most characters and elements to show; all where it is None.
        no_arr: describe lists only.
        no_str: describe strings only.
        flow_style: write it in one line.
    """
    content = message_to_ordereddict(
        msg, truncate_length=truncate_length, no_arr=no_arr, no_str=no_str
    )
    return yaml.dump(
        content,
        Dumper=_Dumper,
        allow_unicode=True,
        width=sys.maxsize,
        default_flow_style=flow_style,
        sort_keys=False,
    )


def message_to_csv(
    msg: Any, *, truncate_length: int | None = None, no_arr: bool = False, no_str: bool = False
) -> str:
    """Return the values of a message with commas between them; see `message_to_yaml`."""

    def show(value: Any, kind: Any = None) -> str:
        if isinstance(value, _LISTS):
            if no_arr and kind is not None:
                return _abbreviated(value, kind)
            parts = [show(each) for each in value[:truncate_length]]
            if truncate_length is not None and len(value) > truncate_length:
                parts.append('...')
            return ','.join(parts)
        if no_str and isinstance(value, str):
            return f'<string length: <{len(value)}>>'
        if isinstance(value, (bytes, str)):
            if truncate_length is not None and len(value) > truncate_length:
                tail = b'...' if isinstance(value, bytes) else '...'
                value = value[:truncate_length] + tail
            return str(value)
        if isinstance(value, (bool, float, int, np.number)):
            return str(value)
        return message_to_csv(value, truncate_length=truncate_length, no_arr=no_arr, no_str=no_str)

    return ','.join(
        show(getattr(msg, name), kind) for name, kind in get_message_slot_types(msg).items()
    )


def message_to_ordereddict(
    msg: Any, *, truncate_length: int | None = None, no_arr: bool = False, no_str: bool = False
) -> OrderedDict:
    """Return the fields of a message with plain values; see `message_to_yaml`."""

    def plain(value: Any, kind: Any = None) -> Any:
        if isinstance(value, bytes):
            value = value.decode('latin-1')
            return _cut(value)
        if isinstance(value, str):
            return f'<string length: <{len(value)}>>' if no_str else _cut(value)
        if isinstance(value, _LISTS):
            return _plain_list(value, kind)
        if isinstance(value, np.number):
            return value.item()
        if isinstance(value, (bool, float, int)):
            return value
        return message_to_ordereddict(
            value, truncate_length=truncate_length, no_arr=no_arr, no_str=no_str
        )

    def _cut(text: str) -> str:
        if truncate_length is None or len(text) <= truncate_length:
            return text
        return f'{text[:truncate_length]}...'

    def _plain_list(value: Any, kind: Any) -> Any:
        if no_arr and kind is not None:
            return _abbreviated(value, kind)
        shown = value[:truncate_length]
        is_packed = isinstance(shown, (array.array, np.ndarray))
        found = shown.tolist() if is_packed else [plain(each) for each in shown]
        return [*found, '...'] if len(shown) < len(value) else found

    return OrderedDict(
        (name, plain(getattr(msg, name), kind))
        for name, kind in get_message_slot_types(msg).items()
    )


def get_message_slot_types(msg: Any) -> OrderedDict:
    """Return the types of a message's fields by name."""
    return OrderedDict(zip(msg.get_fields_and_field_types(), msg.SLOT_TYPES, strict=True))
