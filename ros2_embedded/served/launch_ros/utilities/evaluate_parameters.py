"""Evaluation of parameters in the normal form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from launch.launch_context import LaunchContext
from launch.substitution import Substitution
from launch.utilities import ensure_argument_type, perform_substitutions

from ..parameter_descriptions import Parameter, ParameterFile, ParameterValue
from ..parameters_type import (
    EvaluatedParameters,
    EvaluatedParameterValue,
    Parameters,
    ParametersDict,
)

_HINT = (
    'If the parameter is meant to be a string, try wrapping it in '
    'launch_ros.parameter_descriptions.ParameterValue(value, value_type=str)'
)


def evaluate_parameters(context: LaunchContext, parameters: Parameters) -> EvaluatedParameters:
    """Return paths of files, single parameters as they are, and dictionaries of values.

    Raises:
        TypeError: a value can be no parameter.
    """
    evaluated: list[Path | Parameter | dict[str, EvaluatedParameterValue]] = []
    for item in parameters:
        if isinstance(item, ParameterFile):
            evaluated.append(item.evaluate(context))
        elif isinstance(item, Parameter):
            evaluated.append(item)
        else:
            evaluated.append(evaluate_parameter_dict(context, item))
    return tuple(evaluated)


def evaluate_parameter_dict(
    context: LaunchContext, parameters: ParametersDict
) -> dict[str, EvaluatedParameterValue]:
    """Return values by name.

    Raises:
        TypeError: it is not in the normal form, or a value can be no parameter.
    """
    if not isinstance(parameters, Mapping):
        raise TypeError('expected dict')
    evaluated: dict[str, EvaluatedParameterValue] = {}
    for key, value in parameters.items():
        if not isinstance(key, tuple):
            raise TypeError(f'Expecting tuple of substitutions got {key!r}')
        name = perform_substitutions(context, key)
        evaluated[name] = _evaluate(context, name, value)
    return evaluated


def _evaluate(context: LaunchContext, name: str, value: Any) -> EvaluatedParameterValue:
    if isinstance(value, ParameterValue):
        return value.evaluate(context)
    if not isinstance(value, tuple) or not value:
        ensure_argument_type(value, (float, int, str, bool, bytes), 'value')
        return value
    if isinstance(value[0], Substitution):
        return _read_yaml(name, perform_substitutions(context, value))
    if isinstance(value[0], Sequence):
        return _uniform(
            name, [yaml.safe_load(perform_substitutions(context, item)) for item in value]
        )
    return value


def _read_yaml(name: str, text: str) -> EvaluatedParameterValue:
    try:
        value = yaml.safe_load(text or "''")
    except yaml.YAMLError as error:
        raise TypeError(
            f'Unable to parse the value of parameter {name} as yaml. {_HINT}'
        ) from error
    if type(value) in (bool, int, float, str, bytes):
        return value
    if isinstance(value, Sequence):
        return _uniform(name, value)
    raise TypeError(
        'Allowed value types are bytes, bool, int, float, str, Sequence[bool], Sequence[int], '
        f'Sequence[float], Sequence[str]. Got {type(value)} for "{name}". {_HINT}'
    )


def _uniform(name: str, values: Sequence[Any]) -> tuple[Any, ...]:
    kind = type(values[0]) if values else None
    if kind not in (bool, int, float, str) or any(not isinstance(item, kind) for item in values):
        raise TypeError(
            'Expected a non-empty sequence, with items of uniform type. Allowed sequence item '
            f'types are bool, int, float, str. Got inconsistent input for "{name}"'
        )
    return tuple(values)
