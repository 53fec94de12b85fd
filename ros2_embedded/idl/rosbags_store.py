"""Message definitions of a ROS 2 distribution, from the typestore that rosbags carries.

The store is loaded when the first message that only it knows is asked for, because that takes
a tenth of a second.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ros2_embedded.idl.model import IDL_NAMES, Constant, Field, FieldType, MessageDefinition

# Cyclone's placeholder for a message without fields; rosbags lists it as a field.
_PLACEHOLDER = 'structure_needs_at_least_one_member'


@cache
def _definitions() -> dict[str, Any]:
    distro = os.environ.get('ROS2_EMBEDDED_DISTRO', 'jazzy')
    try:
        store = import_module(f'rosbags.typesys.stores.ros2_{distro}')
    except ModuleNotFoundError as error:
        if error.name == 'rosbags':
            return {}
        if error.name != f'rosbags.typesys.stores.ros2_{distro}':
            raise
        raise ImportError(
            f'rosbags has no type store for the distribution {distro!r} that '
            'ROS2_EMBEDDED_DISTRO names; use humble, iron, jazzy or kilted.'
        ) from error
    return store.FIELDDEFS


def advice(package: str) -> str:
    """Return what to do about a definition that rosbags may hold and is not there; else ''."""
    if not may_hold(package) or find_spec('rosbags') is not None:
        return ''
    return (
        'definitions of most standard messages come with the package rosbags, which is not '
        "installed: pip install 'ros2-embedded[interfaces]'"
    )


def may_hold(package: str) -> bool:
    """Whether a package can be in the store; answers without loading it."""
    return package.endswith(('_msgs', '_interfaces', '_common'))


def stored_names() -> list[str]:
    """Return the full names of all messages of the store."""
    return list(_definitions())


def stored_message(name: str) -> MessageDefinition | None:
    """Return the definition of `package/msg/Name`, or None where the store lacks it."""
    entry = _definitions().get(name)
    if entry is None:
        return None
    constants, fields = entry
    return MessageDefinition(
        name,
        tuple(Field(field, _field_type(kind)) for field, kind in fields if field != _PLACEHOLDER),
        tuple(
            Constant(constant, FieldType(IDL_NAMES.get(kind, kind)), _constant_value(kind, value))
            for constant, kind, value in constants
        ),
    )


def _constant_value(kind: str, value: Any) -> Any:
    return bytes([value]) if kind == 'byte' and isinstance(value, int) else value


def _field_type(entry: Any) -> FieldType:
    kind, detail = entry
    if kind.name == 'BASE':
        base, bound = detail
        return FieldType(IDL_NAMES.get(base, base), string_bound=bound)
    if kind.name == 'NAME':
        return FieldType(detail)
    element, size = detail
    single = _field_type(element)
    container = 'array' if kind.name == 'ARRAY' else 'bounded' if size else 'unbounded'
    return FieldType(single.base, container, size, single.string_bound)
