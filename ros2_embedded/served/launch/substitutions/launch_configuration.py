"""LaunchConfiguration substitution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .substitution_failure import SubstitutionFailure


class LaunchConfiguration(Substitution):
    """Value of a launch configuration, which is also where launch arguments are."""

    def __init__(
        self, variable_name: SomeSubstitutionsType, *, default: Any | Iterable[Any] | None = None
    ) -> None:
        """Create a substitution.

        Args:
            variable_name: name of the launch configuration.
            default: value when it is not set; anything but text and substitutions is made text.
        """
        super().__init__()
        self.__variable_name = normalize_to_list_of_substitutions(variable_name)
        self.__default = None if default is None else normalize_default(default)

    @property
    def variable_name(self) -> list[Substitution]:
        """Name of the launch configuration."""
        return self.__variable_name

    def describe(self) -> str:
        """Return the substitution for people."""
        return f'LaunchConfig({" + ".join(sub.describe() for sub in self.variable_name)})'

    def perform(self, context: LaunchContext) -> str:
        """Return the value now.

        Raises:
            SubstitutionFailure: the launch configuration is not set and there is no default.
        """
        name = perform_substitutions(context, self.variable_name)
        if name in context.launch_configurations:
            return context.launch_configurations[name]
        if self.__default is None:
            raise SubstitutionFailure(f"launch configuration '{name}' does not exist")
        return perform_substitutions(context, self.__default)


def normalize_default(default: Any | Iterable[Any]) -> list[Substitution]:
    """Return a default of any type as substitutions."""
    items = default if isinstance(default, Iterable) else (default,)
    return normalize_to_list_of_substitutions(
        [item if isinstance(item, (str, Substitution)) else str(item) for item in items]
    )
