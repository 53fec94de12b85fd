"""SetParameter action."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions

from ..parameters_type import SomeParameterValue
from ..utilities import evaluate_parameter_dict, normalize_parameter_dict


class SetParameter(Action):
    """Set a parameter for all nodes that follow, up to the end of the group."""

    def __init__(
        self, name: SomeSubstitutionsType, value: SomeParameterValue, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        key = tuple(normalize_to_list_of_substitutions(name))
        self.__parameters = normalize_parameter_dict({key: value})

    @property
    def name(self) -> tuple[Substitution, ...]:
        """Name of the parameter in the normal form."""
        return next(iter(self.__parameters))

    @property
    def value(self) -> Any:
        """Value of the parameter in the normal form."""
        return self.__parameters[self.name]

    def execute(self, context: LaunchContext) -> None:
        """Set the parameter."""
        values = evaluate_parameter_dict(context, self.__parameters)
        # A new list: a group brings back the launch configurations, not what they hold.
        context.launch_configurations['global_params'] = [
            *context.launch_configurations.get('global_params', []),
            *values.items(),
        ]
