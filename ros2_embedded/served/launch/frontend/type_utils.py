"""Types of attributes."""

from __future__ import annotations

import typing
from typing import Any

from ..utilities.type_utils import is_typing_list
from .entity import Entity

_TYPES: dict[str, Any] = {
    'str': str,
    'bool': bool,
    'float': float,
    'int': int,
    'list_of_str': list[str],
    'list_of_bool': list[bool],
    'list_of_float': list[float],
    'list_of_int': list[int],
    'yaml': None,
}


def check_is_list_entity(data_type: Any) -> bool:
    """Tell whether a type is a list of `Entity` or of a class derived from it."""
    arguments = typing.get_args(data_type)
    return is_typing_list(data_type) and bool(arguments) and issubclass(arguments[0], Entity)


def get_data_type_from_identifier(type_identifier: str) -> Any:
    """Return the type that a launch file calls by a name, such as `list_of_int`.

    Raises:
        ValueError: there is no such type.
    """
    if type_identifier not in _TYPES:
        known = ', '.join(_TYPES)
        raise ValueError(f"Got invalid type identifier '{type_identifier}'; known are: {known}")
    return _TYPES[type_identifier]
