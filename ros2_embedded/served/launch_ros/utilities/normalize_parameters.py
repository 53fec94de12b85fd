"""Bringing parameters to the normal form.

Plain text is a parameter of type string, whereas the text of a substitution is read as YAML
when it is known. The normal form holds plain text as YAML, so that both are read in one way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from launch.some_substitutions_type import SomeSubstitutionsType_types_tuple
from launch.substitution import Substitution
from launch.substitutions import TextSubstitution
from launch.utilities import ensure_argument_type, normalize_to_list_of_substitutions

from ..parameter_descriptions import Parameter, ParameterFile, ParameterValue
from ..parameters_type import Parameters, ParametersDict, SomeParameters, SomeParametersDict


def normalize_parameters(parameters: SomeParameters) -> Parameters:
    """Return dictionaries, files and single parameters in the normal form.

    Raises:
        TypeError: it is no list, or a value can be no parameter.
    """
    if isinstance(parameters, str) or not isinstance(parameters, Sequence):
        raise TypeError(f'Expecting list of parameters, got {parameters}')
    normalized: list[Any] = []
    for item in parameters:
        if isinstance(item, Mapping):
            normalized.append(normalize_parameter_dict(item))
        elif isinstance(item, (Parameter, ParameterFile)):
            normalized.append(item)
        else:
            normalized.append(ParameterFile(item))
    return tuple(normalized)


def normalize_parameter_dict(
    parameters: SomeParametersDict, *, _prefix: Sequence[Substitution] = ()
) -> ParametersDict:
    """Return a dictionary in the normal form: nested ones become names with dots.

    Raises:
        TypeError: it is no dictionary, or a value can be no parameter.
    """
    if not isinstance(parameters, Mapping):
        raise TypeError('expected dict')
    normalized: ParametersDict = {}
    for key, value in parameters.items():
        name = normalize_to_list_of_substitutions(key)
        if _prefix:
            name = [*_prefix, TextSubstitution(text='.'), *name]
        if isinstance(value, Mapping):
            normalized.update(normalize_parameter_dict(value, _prefix=name))
        else:
            normalized[tuple(name)] = _normalize_value(value)
    return normalized


def _normalize_value(value: Any) -> Any:
    if isinstance(value, (ParameterValue, float, bool, int, bytes)):
        return value
    if isinstance(value, str):
        return tuple(normalize_to_list_of_substitutions(yaml.safe_dump(value)))
    if isinstance(value, Substitution):
        return (value,)
    if isinstance(value, Sequence):
        return _normalize_sequence(value)
    raise TypeError(f'Unexpected type for parameter value {value!r}')


def _normalize_sequence(value: Sequence[Any]) -> tuple[Any, ...]:
    for item in value:
        kinds = (float, int, str, bool, *SomeSubstitutionsType_types_tuple)
        ensure_argument_type(item, kinds, 'subvalue')
    kinds = {_kind(item) for item in value}
    if kinds in ({bool}, {int}):
        return tuple(value)
    if kinds in ({float}, {int, float}):
        return tuple(float(item) for item in value)
    if Substitution in kinds and kinds <= {str, Substitution}:
        # Text and substitutions in a list are one value, not a list of values.
        return tuple(normalize_to_list_of_substitutions(value))
    return tuple(
        normalize_to_list_of_substitutions(
            yaml.safe_dump(item) if isinstance(item, (float, int, bool, str)) else item
        )
        for item in value
    )


def _kind(item: Any) -> type:
    for kind in (Substitution, str, bool, int, float):
        if isinstance(item, kind):
            return kind
    return tuple
