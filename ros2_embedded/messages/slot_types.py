"""`SLOT_TYPES` of message classes, in the terms of rosidl_parser.definition."""

from __future__ import annotations

from typing import Any

from ros2_embedded.idl.model import FieldType


def slot_type(kind: FieldType) -> Any:
    """Return the rosidl_parser object that describes a field's type."""
    # By its public name, so that these are the classes that user code compares with.
    from rosidl_parser import definition as parser

    single: Any
    if kind.is_message:
        package, folder, name = kind.base.split('/')
        single = parser.NamespacedType([package, folder], name)
    elif kind.base == 'string':
        single = (
            parser.BoundedString(kind.string_bound)
            if kind.string_bound
            else (parser.UnboundedString())
        )
    elif kind.base == 'wstring':
        single = (
            parser.BoundedWString(kind.string_bound)
            if kind.string_bound
            else (parser.UnboundedWString())
        )
    else:
        single = parser.BasicType(kind.base)
    if kind.container == 'array':
        return parser.Array(single, kind.size)
    if kind.container == 'bounded':
        return parser.BoundedSequence(single, kind.size)
    return parser.UnboundedSequence(single) if kind.container else single
