"""Types and values of parameters in words."""

from __future__ import annotations

from typing import Any

# By the numbers of rcl_interfaces/msg/ParameterType.
_WORDS = (
    'not set',
    'boolean',
    'integer',
    'double',
    'string',
    'byte array',
    'boolean array',
    'integer array',
    'double array',
    'string array',
)


def type_word(number: int) -> str:
    """Return the word for a type, such as `double array`."""
    return _WORDS[number] if number < len(_WORDS) else f'unknown type {number}'


def value_label(number: int) -> str:
    """Return what stands in front of a value, such as `Double values are:`."""
    word = type_word(number)
    if number == 0:
        return 'Parameter not set.'
    kind = word.removesuffix(' array').capitalize()
    return f'{kind} values are:' if word.endswith(' array') else f'{kind} value is:'


def nested(values: dict[str, Any]) -> dict[str, Any]:
    """Turn names with dots into dictionaries within dictionaries, as parameter files have them."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        *groups, last = name.split('.')
        level = found
        for group in groups:
            deeper = level.setdefault(group, {})
            if not isinstance(deeper, dict):
                # `a` and `a.b` are both parameters: the file keeps the dot for the second.
                level, last = found, name
                break
            level = deeper
        level[last] = value
    return found
