"""SetParametersFromFile action."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions


class SetParametersFromFile(Action):
    """Give a parameter file to all nodes that follow, up to the end of the group."""

    def __init__(self, filename: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._input_file = normalize_to_list_of_substitutions(filename)

    def execute(self, context: LaunchContext) -> None:
        """Set the file."""
        # A new list: a group brings back the launch configurations, not what they hold.
        context.launch_configurations['global_params'] = [
            *context.launch_configurations.get('global_params', []),
            perform_substitutions(context, self._input_file),
        ]
