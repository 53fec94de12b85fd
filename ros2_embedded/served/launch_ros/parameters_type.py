"""Types of parameters: as they may be given, in the normal form, and evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution

from .parameter_descriptions import Parameter, ParameterFile

__all__ = [
    'EvaluatedParameterValue',
    'EvaluatedParameters',
    'ParameterFile',
    'Parameters',
    'ParametersDict',
    'SomeParameterValue',
    'SomeParameters',
    'SomeParametersDict',
]

SomeParameterValue = Any  # scalar, bytes, list of scalars, substitutions, or ParameterValue
SomeParametersDict = Mapping[SomeSubstitutionsType, Any]  # values: the above, or such a mapping
SomeParameters = Sequence[
    SomeSubstitutionsType | Path | ParameterFile | Parameter | SomeParametersDict
]

ParametersDict = dict[tuple[Substitution, ...], Any]
Parameters = Sequence[ParameterFile | ParametersDict | Parameter]

EvaluatedParameterValue = (
    str | int | float | bool | bytes | Sequence[str] | Sequence[int] | Sequence[float]
)
EvaluatedParameters = Sequence[Path | Parameter | dict[str, EvaluatedParameterValue]]
