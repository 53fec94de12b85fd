"""Parameter substitution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.substitutions.launch_configuration import normalize_default
from launch.substitutions.substitution_failure import SubstitutionFailure
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions


class Parameter(Substitution):
    """Value of a parameter that `SetParameter` has set for all nodes."""

    def __init__(
        self, name: SomeSubstitutionsType, *, default: Any | Iterable[Any] | None = None
    ) -> None:
        """Create a substitution.

        Args:
            name: name of the parameter.
            default: value when it is not set; anything but text and substitutions is made text.
        """
        super().__init__()
        self.__name = normalize_to_list_of_substitutions(name)
        self.__default = None if default is None else normalize_default(default)

    @property
    def name(self) -> list[Substitution]:
        """Name of the parameter."""
        return self.__name

    def describe(self) -> str:
        """Return the substitution for people."""
        return f'Parameter(name={" + ".join(sub.describe() for sub in self.name)})'

    def perform(self, context: LaunchContext) -> str:
        """Return the value now.

        Raises:
            SubstitutionFailure: the parameter is not set and there is no default.
        """
        name = perform_substitutions(context, self.name)
        for item in context.launch_configurations.get('global_params', []):
            if isinstance(item, tuple) and item[0] == name:
                return str(item[1])
        if self.__default is None:
            raise SubstitutionFailure(f"parameter '{name}' not found")
        return perform_substitutions(context, self.__default)
