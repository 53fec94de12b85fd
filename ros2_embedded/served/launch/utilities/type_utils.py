"""Typed values that may come from substitutions: checks, normal forms and evaluation.

A typed value is a scalar (int, float, bool, str) or a uniform list of scalars. Where a value is
wanted, text to be worked out while launching may stand instead; the functions here bring both
to one normal form when an entity is made and evaluate it when it is executed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from .coercion import (
    AllowedTypesType,
    ScalarTypesTuple,
    ScalarValueType,
    coerce_list,
    coerce_to_type,
    extract_type,
    get_typed_value,
    is_instance_of,
    is_instance_of_valid_type,
    is_typing_list,
    is_valid_scalar_type,
)
from .normalize_to_list_of_substitutions_impl import normalize_to_list_of_substitutions
from .perform_substitutions_impl import perform_substitutions

ListValueType = list[int] | list[float] | list[bool] | list[str]
SomeValueType = (
    SomeSubstitutionsType | ScalarValueType | Sequence[SomeSubstitutionsType | ScalarValueType]
)
NormalizedValueType = (
    ScalarValueType | list[Substitution] | list[ScalarValueType | list[Substitution]]
)

__all__ = [
    'AllowedTypesType',
    'ListValueType',
    'NormalizedValueType',
    'ScalarTypesTuple',
    'ScalarValueType',
    'SomeValueType',
    'coerce_list',
    'coerce_to_type',
    'extract_type',
    'get_typed_value',
    'is_instance_of',
    'is_instance_of_valid_type',
    'is_normalized_substitution',
    'is_substitution',
    'is_typing_list',
    'is_valid_scalar_type',
    'normalize_typed_substitution',
    'perform_typed_substitution',
]


def is_substitution(x: Any) -> bool:
    """Tell whether a value is a substitution, or substitutions and text in a sequence."""
    if isinstance(x, Substitution):
        return True
    if not isinstance(x, Iterable) or isinstance(x, str):
        return False
    items = list(x)
    return all(isinstance(item, (Substitution, str)) for item in items) and any(
        isinstance(item, Substitution) for item in items
    )


def is_normalized_substitution(x: Any) -> bool:
    """Tell whether a value is a list of substitutions, as the normal form has it."""
    return isinstance(x, list) and bool(x) and all(isinstance(item, Substitution) for item in x)


def normalize_typed_substitution(
    value: SomeValueType, data_type: AllowedTypesType | None
) -> NormalizedValueType:
    """Bring a value that is to have a type to the normal form.

    Args:
        value: scalar, substitution, text and substitutions, or a list of these.
        data_type: int, float, bool, str or a list type of them; None: whatever YAML makes of it.

    Returns:
        the scalar, a list of substitutions, or a list of scalars and lists of substitutions.

    Raises:
        TypeError: the value can never have the type.
    """
    if isinstance(value, ScalarTypesTuple):
        if not is_instance_of(value, data_type):
            raise TypeError(f"value='{value}' is not an instance of {data_type}")
        return value
    if is_substitution(value):
        return normalize_to_list_of_substitutions(value)
    if not isinstance(value, Iterable):
        raise TypeError(
            'value should be either a scalar, a substitutions, '
            'or a mixed list of scalars and substitutions. '
            f'Got `value={value}` of type `{type(value)}`. '
        )
    return _normalize_list(list(value), data_type)


def _normalize_list(value: list[Any], data_type: AllowedTypesType | None) -> list[Any]:
    found: set[type] = set()
    for item in value:
        if isinstance(item, ScalarTypesTuple):
            found.add(type(item))
        elif is_substitution(item):
            found.add(Substitution)
        else:
            raise TypeError(
                'value is a list, and one of the items is not a scalar, a Substitution '
                f"or a list of substitutions. Got value='{value}'"
            )
    scalar_type = None
    if data_type is not None:
        scalar_type, is_list = extract_type(data_type)
        if not is_list:
            raise TypeError(
                'The provided value resolves to a list, though the required type is a scalar. '
                f"Got value='{value}', data_type='{scalar_type}'."
            )
    scalars = found - {Substitution}
    uniform = float if scalars == {int, float} else next(iter(scalars), str)
    if scalars and scalars != {uniform} and uniform is not float:
        raise TypeError(f"Input value is not an acceptable 'SomeValueType'.Got value='{value}'")
    if scalars and scalar_type not in (None, uniform):
        raise TypeError(
            f"Got a list of '{uniform}', expected a list of '{scalar_type}'. value='{value}'"
        )
    return [
        normalize_to_list_of_substitutions(item) if is_substitution(item) else uniform(item)
        for item in value
    ]


def perform_typed_substitution(
    context: LaunchContext, value: NormalizedValueType, data_type: AllowedTypesType | None
) -> Any:
    """Evaluate a value in the normal form.

    Args:
        context: launch context.
        value: what `normalize_typed_substitution` returned.
        data_type: the type that it was normalised for.

    Raises:
        TypeError: the value is not in the normal form.
        ValueError: the text that came out cannot be read as the type.
    """
    if isinstance(value, ScalarTypesTuple):
        if not is_instance_of(value, data_type):
            raise TypeError(f'value=`{value}` is a scalar and not an instance of `{data_type}`')
        return value
    if is_normalized_substitution(value):
        return coerce_to_type(perform_substitutions(context, value), data_type)
    if not isinstance(value, list):
        raise TypeError(
            f"Input value is not an acceptable 'NormalizedValueType'.Got value='{value}'"
        )
    scalar_type = None
    if data_type is not None:
        scalar_type, is_list = extract_type(data_type)
        if not is_list:
            raise ValueError(
                'The input value is a list, cannot convert it to a scalar. '
                f"Got value='{value}', expected type {scalar_type}."
            )
    output = [
        coerce_to_type(perform_substitutions(context, item), scalar_type)
        if is_normalized_substitution(item)
        else item
        for item in value
    ]
    if not is_instance_of(output, data_type):
        raise ValueError(
            'The output list is not uniform'
            if scalar_type is None
            else 'The output list does not match the expected type '
            f"Got value='{value}', expected type {scalar_type}."
        )
    return output
