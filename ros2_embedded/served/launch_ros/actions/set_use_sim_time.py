"""SetUseSimTime action."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities.type_utils import (
    normalize_typed_substitution,
    perform_typed_substitution,
)

from ..ros_adapters import get_ros_node


class SetUseSimTime(Action):
    """Make launch's own node, and with it `ROSTimer`, take its time from /clock."""

    def __init__(self, value: bool | SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.__value = normalize_typed_substitution(value, bool)

    @property
    def value(self) -> bool | list[Substitution]:
        """Whether the time comes from /clock."""
        return self.__value

    def execute(self, context: LaunchContext) -> None:
        """Set the parameter use_sim_time of launch's own node.

        Raises:
            RuntimeError: the node refused it.
            ValueError: the value says neither true nor false.
        """
        from rclpy.parameter import Parameter

        value = perform_typed_substitution(context, self.value, bool)
        results = get_ros_node(context).set_parameters(
            [Parameter('use_sim_time', Parameter.Type.BOOL, value)]
        )
        if not results[0].successful:
            raise RuntimeError(f'Failed to set use_sim_time parameter: {results[0].reason}')
