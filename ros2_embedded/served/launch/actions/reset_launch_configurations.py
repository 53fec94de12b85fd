"""ResetLaunchConfigurations action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..action import Action
from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions


class ResetLaunchConfigurations(Action):
    """Unset all launch configurations but those given."""

    def __init__(
        self,
        launch_configurations: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            launch_configurations: what remains, evaluated before the rest is unset.
            kwargs: see `Action`.
        """
        super().__init__(**kwargs)
        self.__launch_configurations = [
            (normalize_to_list_of_substitutions(name), normalize_to_list_of_substitutions(value))
            for name, value in (launch_configurations or {}).items()
        ]

    def execute(self, context: LaunchContext) -> None:
        """Unset the launch configurations."""
        remaining = {
            perform_substitutions(context, name): perform_substitutions(context, value)
            for name, value in self.__launch_configurations
        }
        context.launch_configurations.clear()
        context.launch_configurations.update(remaining)
