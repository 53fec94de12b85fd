"""LaunchConfigurationEquals class."""

from __future__ import annotations

import warnings

from ..condition import Condition
from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions


class LaunchConfigurationEquals(Condition):
    """Condition on the value of a launch configuration; deprecated in ROS 2 too.

    `IfCondition(EqualsSubstitution(LaunchConfiguration(name), value))` says the same.
    """

    def __init__(
        self, launch_configuration_name: str, expected_value: SomeSubstitutionsType | None
    ) -> None:
        """Create a condition.

        Args:
            launch_configuration_name: name of the launch configuration.
            expected_value: value that it must have; None: it must not be set.
        """
        warnings.warn(
            "The 'LaunchConfigurationEquals' and 'LaunchConfigurationNotEquals' conditions are "
            "deprecated: use IfCondition with 'EqualsSubstitution' or 'NotEqualsSubstitution'.",
            UserWarning,
            stacklevel=2,
        )
        self.__name = launch_configuration_name
        self.__expected = (
            None if expected_value is None else normalize_to_list_of_substitutions(expected_value)
        )
        super().__init__(predicate=self._predicate_func)

    def _predicate_func(self, context: LaunchContext) -> bool:
        expected = (
            None if self.__expected is None else perform_substitutions(context, self.__expected)
        )
        return context.launch_configurations.get(self.__name) == expected
