"""Builds messages of recordings field by field; what is not set is zero or empty."""

from __future__ import annotations

from typing import Any

import numpy as np

from policy_nodes.evaluation.message_definitions import type_store

NANO = 1_000_000_000
_BASE, _NAME, _ARRAY, _SEQUENCE = 1, 2, 3, 4  # kinds of fields in a type store of rosbags


def blank(type_name: str) -> Any:
    """Build a message of zeros."""
    store = type_store()
    _, fields = store.fielddefs[type_name]
    return store.types[type_name](**{name: _zero(kind) for name, kind in fields})


def message(type_name: str, **fields: Any) -> Any:
    """Build a message; `pose__position__x=1.0` sets the field `pose.position.x`."""
    built = blank(type_name)
    for path, value in fields.items():
        *way, last = path.split('__')
        place = built
        for step in way:
            place = getattr(place, step)
        setattr(place, last, value)
    return built


def stamped(type_name: str, time_ns: int, frame: str, **fields: Any) -> Any:
    """Build a message with a header."""
    return message(
        type_name,
        header__stamp__sec=time_ns // NANO,
        header__stamp__nanosec=time_ns % NANO,
        header__frame_id=frame,
        **fields,
    )


def _zero(kind: tuple[int, Any]) -> Any:
    what, detail = int(kind[0]), kind[1]
    if what == _BASE:
        return _zero_of(detail[0])
    if what == _NAME:
        return blank(detail)
    inner, count = detail
    size = count if what == _ARRAY else 0
    if int(inner[0]) == _BASE and inner[1][0] != 'string':
        name = inner[1][0]
        return np.zeros(size, np.uint8 if name in ('octet', 'byte', 'char') else name)
    return [_zero(inner) for _ in range(size)]


def _zero_of(name: str) -> Any:
    if name == 'string':
        return ''
    return False if name == 'bool' else 0.0 if name.startswith('float') else 0
