"""Parameters with a stated type, and parameter files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml
from launch.frontend.parse_substitution import parse_substitution
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import (
    SomeSubstitutionsType,
    SomeSubstitutionsType_types_tuple,
)
from launch.substitution import Substitution
from launch.substitutions.substitution_failure import SubstitutionFailure
from launch.utilities import (
    ensure_argument_type,
    normalize_to_list_of_substitutions,
    perform_substitutions,
)
from launch.utilities.type_utils import (
    AllowedTypesType,
    SomeValueType,
    normalize_typed_substitution,
    perform_typed_substitution,
)

from .temporary_files import temporary_parameter_file


class ParameterValue:
    """Value of a parameter that is read as a stated type, not as YAML makes of its text."""

    def __init__(
        self, value: SomeValueType, *, value_type: AllowedTypesType | None = None
    ) -> None:
        """Create a value.

        Args:
            value: scalar, substitutions, or list of these.
            value_type: int, float, bool, str or a list type of them; None: by YAML.

        Raises:
            TypeError: the value can never have the type.
        """
        self.__value = normalize_typed_substitution(value, value_type)
        self.__value_type = value_type
        self.__evaluated: Any | None = None

    @property
    def value(self) -> Any:
        """Value in the normal form, evaluated once `evaluate` was called."""
        return self.__value if self.__evaluated is None else self.__evaluated

    @property
    def value_type(self) -> AllowedTypesType | None:
        """Type of the value."""
        return self.__value_type

    def __str__(self) -> str:
        return (
            f'launch_ros.description.ParameterValue(value={self.value}, '
            f'value_type={self.value_type})'
        )

    def evaluate(self, context: LaunchContext) -> Any:
        """Return the value, its substitutions performed.

        Raises:
            ValueError: its text cannot be read as the type.
        """
        self.__evaluated = perform_typed_substitution(context, self.__value, self.value_type)
        return self.__evaluated


class Parameter:
    """Parameter with a name and a value, passed on the node's command line."""

    def __init__(
        self,
        name: SomeSubstitutionsType,
        value: SomeValueType,
        *,
        value_type: AllowedTypesType | None = None,
    ) -> None:
        """Create a parameter; see `ParameterValue` for the value."""
        ensure_argument_type(name, SomeSubstitutionsType_types_tuple, 'name')
        self.__name = normalize_to_list_of_substitutions(name)
        self.__value = ParameterValue(value, value_type=value_type)
        self.__evaluated: tuple[str, Any] | None = None

    @property
    def name(self) -> list[Substitution] | str:
        """Name in the normal form, evaluated once `evaluate` was called."""
        return self.__name if self.__evaluated is None else self.__evaluated[0]

    @property
    def value(self) -> Any:
        """Value in the normal form, evaluated once `evaluate` was called."""
        return self.__value.value

    @property
    def value_type(self) -> AllowedTypesType | None:
        """Type of the value."""
        return self.__value.value_type

    def __str__(self) -> str:
        return (
            f'launch_ros.description.Parameter(name={self.name}, value={self.value}, '
            f'value_type={self.value_type})'
        )

    def evaluate(self, context: LaunchContext) -> tuple[str, Any]:
        """Return name and value, their substitutions performed at the first call."""
        if self.__evaluated is None:
            name = perform_substitutions(context, self.__name)
            self.__evaluated = name, self.__value.evaluate(context)
        return self.__evaluated


class ParameterFile:
    """Parameter file in YAML."""

    def __init__(
        self,
        param_file: os.PathLike[str] | SomeSubstitutionsType,
        *,
        allow_substs: bool | SomeSubstitutionsType = False,
    ) -> None:
        """Create a description.

        Args:
            param_file: path of the file.
            allow_substs: the file may contain substitutions, such as `$(var x)`.

        Raises:
            TypeError: an argument is of another kind.
        """
        kinds = (*SomeSubstitutionsType_types_tuple, os.PathLike, bytes)
        ensure_argument_type(param_file, kinds, 'param_file', 'ParameterFile()')
        self.__allow_substs = normalize_typed_substitution(allow_substs, bool)
        self.__evaluated_allow_substs: bool | None = None
        self.__param_file = (
            normalize_to_list_of_substitutions(param_file)
            if isinstance(param_file, SomeSubstitutionsType_types_tuple)
            and not isinstance(param_file, (os.PathLike, bytes))
            else param_file
        )
        self.__evaluated: Path | None = None
        self.__is_temporary = False

    @property
    def param_file(self) -> Path | os.PathLike[str] | list[Substitution]:
        """Path of the file, evaluated once `evaluate` was called."""
        return self.__param_file if self.__evaluated is None else self.__evaluated

    @property
    def allow_substs(self) -> bool | list[Substitution]:
        """Whether the file may contain substitutions, evaluated once `evaluate` was called."""
        evaluated = self.__evaluated_allow_substs
        return self.__allow_substs if evaluated is None else evaluated

    def __str__(self) -> str:
        return (
            f'launch_ros.description.ParameterFile(param_file={self.param_file}, '
            f'allow_substs={self.allow_substs})'
        )

    def evaluate(self, context: LaunchContext) -> Path:
        """Return the path, its substitutions performed at the first call.

        Where the file itself may contain substitutions, it is the path of a copy in which they
        are performed.

        Raises:
            SubstitutionFailure: the copy is no YAML, or a substitution cannot be performed.
            OSError: the file cannot be read.
        """
        if self.__evaluated is None:
            path = self.__param_file
            if isinstance(path, list):
                path = perform_substitutions(context, path)
            allow = perform_typed_substitution(context, self.__allow_substs, bool)
            self.__evaluated_allow_substs = allow
            found = Path(os.fsdecode(path))
            self.__is_temporary = allow
            self.__evaluated = _with_substitutions(found, context) if allow else found
        return self.__evaluated

    def cleanup(self) -> None:
        """Remove the copy, if there is one; else it goes when launch ends."""
        if self.__is_temporary and self.__evaluated is not None:
            self.__evaluated.unlink(missing_ok=True)
            self.__evaluated = None


def _with_substitutions(path: Path, context: LaunchContext) -> Path:
    text = perform_substitutions(context, parse_substitution(path.read_text(encoding='utf-8')))
    try:
        yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SubstitutionFailure(
            f'The substituted parameter file is not a valid yaml file: {path}: {error}'
        ) from error
    return temporary_parameter_file(text)
