"""Copies of messages for readers in the same process.

The tree of objects is copied, so that neither side sees what the other assigns later. Packed
arrays, which hold the bulk, are shared: whoever publishes an array must not write into it again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ros2_embedded.idl.model import FieldType, MessageDefinition


def make_share(
    definition: MessageDefinition,
    class_of: Callable[[str], type],
    definition_of: Callable[[str], MessageDefinition],
) -> Callable[[Any], Any]:
    """Return the function that copies messages of a type as this module says."""
    cls = class_of(definition.name)
    new = cls.__new__
    slots = [getattr(cls, f'_{field.name}') for field in definition.fields]
    copies = [
        (slot.__get__, slot.__set__, _copy_of(field.type, class_of, definition_of))
        for slot, field in zip(slots, definition.fields, strict=True)
    ]

    def share(message: Any) -> Any:
        copy = new(cls)
        for get, store, convert in copies:
            value = get(message)
            store(copy, value if convert is None else convert(value))
        return copy

    return share


def _copy_of(
    kind: FieldType,
    class_of: Callable[[str], type],
    definition_of: Callable[[str], MessageDefinition],
) -> Callable[[Any], Any] | None:
    if kind.is_message:
        share = make_share(definition_of(kind.base), class_of, definition_of)
        return (lambda value: [share(each) for each in value]) if kind.container else share
    if kind.container and not kind.is_packed:
        return list
    return None
