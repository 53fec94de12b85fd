"""AppendEnvironmentVariable action."""

from __future__ import annotations

import os
from typing import Any

from ..action import Action
from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from ..utilities.type_utils import (
    NormalizedValueType,
    normalize_typed_substitution,
    perform_typed_substitution,
)


class AppendEnvironmentVariable(Action):
    """Append to an environment variable, or set it where it does not exist."""

    def __init__(
        self,
        name: SomeSubstitutionsType,
        value: SomeSubstitutionsType,
        prepend: bool | SomeSubstitutionsType = False,
        separator: SomeSubstitutionsType = os.pathsep,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            name: name of the variable.
            value: what to append.
            prepend: put it before instead.
            separator: text between what was there and what is added.
            kwargs: see `Action`.
        """
        super().__init__(**kwargs)
        self.__name = normalize_to_list_of_substitutions(name)
        self.__value = normalize_to_list_of_substitutions(value)
        self.__prepend = normalize_typed_substitution(prepend, bool)
        self.__separator = normalize_to_list_of_substitutions(separator)

    @property
    def name(self) -> list[Substitution]:
        """Name of the variable."""
        return self.__name

    @property
    def value(self) -> list[Substitution]:
        """What is appended."""
        return self.__value

    @property
    def prepend(self) -> NormalizedValueType:
        """Whether it is put before instead."""
        return self.__prepend

    @property
    def separator(self) -> list[Substitution]:
        """Text between what was there and what is added."""
        return self.__separator

    def execute(self, context: LaunchContext) -> None:
        """Change the variable."""
        name = perform_substitutions(context, self.name)
        parts = [perform_substitutions(context, self.value)]
        if name in context.environment:
            at = 1 if perform_typed_substitution(context, self.prepend, bool) else 0
            parts.insert(at, context.environment[name])
        context.environment[name] = perform_substitutions(context, self.separator).join(parts)
