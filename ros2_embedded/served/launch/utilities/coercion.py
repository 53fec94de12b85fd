"""Reading of text as typed values: int, float, bool, str, and uniform lists of them."""

from __future__ import annotations

import typing
from typing import Any

import yaml

from .ensure_argument_type_impl import ensure_argument_type

ScalarValueType = int | float | bool | str
ScalarTypesTuple = (int, float, bool, str)
AllowedTypesType = Any  # one of ScalarTypesTuple, or list[...] or typing.List[...] of it


def is_typing_list(data_type: Any) -> bool:
    """Tell whether a type is list[...] or typing.List, with or without its items' type."""
    return data_type is typing.List or typing.get_origin(data_type) is list  # noqa: UP006 (callers pass either)


def is_valid_scalar_type(data_type: Any) -> bool:
    """Tell whether a type is int, float, bool or str."""
    return data_type in ScalarTypesTuple


def extract_type(data_type: AllowedTypesType) -> tuple[type, bool]:
    """Return the scalar type within a type, and whether the type is a list of it.

    Raises:
        ValueError: the type is neither a scalar type nor a list of one.
    """
    arguments = typing.get_args(data_type)
    is_list = is_typing_list(data_type) and bool(arguments)
    scalar_type = arguments[0] if is_list else data_type
    if not is_valid_scalar_type(scalar_type):
        raise ValueError(f'Unrecognized data type: {data_type}')
    return scalar_type, is_list


def is_instance_of_valid_type(value: Any, *, can_be_str: bool = False) -> bool:
    """Tell whether a value is a scalar or a uniform list; `can_be_str` lets text stand in it."""
    if not isinstance(value, list):
        return isinstance(value, ScalarTypesTuple)
    if not value:
        return True
    member_type = next((type(item) for item in value if type(item) is not str), str)
    if member_type not in ScalarTypesTuple:
        return False
    return all(
        isinstance(item, (member_type, str) if can_be_str else member_type) for item in value
    )


def is_instance_of(
    value: Any, data_type: AllowedTypesType | None = None, *, can_be_str: bool = False
) -> bool:
    """Tell whether a value has a type (None: any allowed one)."""
    if data_type is None:
        return is_instance_of_valid_type(value, can_be_str=can_be_str)
    scalar_type, is_list = extract_type(data_type)
    allowed = (str, scalar_type) if can_be_str else scalar_type
    if is_list:
        return isinstance(value, list) and all(isinstance(item, allowed) for item in value)
    return isinstance(value, allowed)


def coerce_to_type(
    value: str, data_type: AllowedTypesType | None = None, *, can_be_str: bool = False
) -> Any:
    """Read text as a type.

    Args:
        value: the text.
        data_type: the type; None: whatever YAML makes of the text.
        can_be_str: text that cannot be read as the type is returned as it is.

    Raises:
        ValueError: the text cannot be read as the type.
        TypeError: `value` is not text.
    """
    ensure_argument_type(value, str, 'value', 'coerce_to_type')
    if data_type is None:
        return _read_yaml(value, f"Failed to convert '{value}' using yaml rules", can_be_str)
    scalar_type, is_list = extract_type(data_type)
    allowed = (str, scalar_type) if can_be_str else scalar_type
    if is_list:
        error = f"Cannot convert value '{value}' to a list of '{allowed}'"
        output = _read_yaml(value, error, can_be_str)
        if not isinstance(output, list):
            raise ValueError(error)
        if not all(isinstance(item, allowed) for item in output):
            raise ValueError(f'{error}, got {output}')
        return output
    if scalar_type is str:
        return value
    if scalar_type is bool:
        return _read_bool(value, allowed, can_be_str)
    try:
        return scalar_type(value)
    except ValueError:
        if can_be_str:
            return value
        raise


def _read_bool(value: str, allowed: Any, can_be_str: bool) -> Any:
    text = {'1': 'true', '0': 'false'}.get(value, value)
    output = _read_yaml(text, f"Failed to convert '{text}' to '{bool}'", can_be_str)
    if not isinstance(output, allowed):
        raise ValueError(f"Cannot convert value '{text}' to '{bool}'")
    return output


def _read_yaml(value: str, error: str, can_be_str: bool) -> Any:
    if not value:
        return value
    try:
        output = yaml.safe_load(value)
    except yaml.YAMLError as reason:
        if can_be_str:
            return value
        raise ValueError(f'{error}: yaml.safe_load() failed\n{reason}') from reason
    if not is_instance_of_valid_type(output, can_be_str=can_be_str):
        raise ValueError(f'{error}: output type is not allowed, got {type(output)}')
    return output


def coerce_list(
    value: list[str], data_type: type | None = None, *, can_be_str: bool = False
) -> list[Any]:
    """Read a list of texts as a list of a scalar type.

    Raises:
        ValueError: an item cannot be read, or the items are of different types.
    """
    ensure_argument_type(value, list, 'value', 'coerce_list')
    output = [coerce_to_type(item, data_type, can_be_str=can_be_str) for item in value]
    if not is_instance_of_valid_type(output, can_be_str=can_be_str):
        raise ValueError(f'cannot convert value to {data_type}. Got value=`{value}`')
    return output


def get_typed_value(
    value: str | list[str], data_type: AllowedTypesType | None, *, can_be_str: bool = False
) -> Any:
    """Read a text, or a list of texts, as a type.

    Raises:
        TypeError: a list is given and the type is a scalar.
        ValueError: the text cannot be read as the type.
    """
    if not isinstance(value, list):
        return coerce_to_type(value, data_type, can_be_str=can_be_str)
    scalar_type = None
    if data_type is not None:
        scalar_type, is_list = extract_type(data_type)
        if not is_list:
            raise TypeError(
                f"Cannot convert input '{value}' of type '{type(value)}' to '{scalar_type}'"
            )
    return coerce_list(value, scalar_type, can_be_str=can_be_str)
