"""SetRemap action."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions


class SetRemap(Action):
    """Set a remapping rule for all nodes that follow, up to the end of the group."""

    def __init__(
        self, src: SomeSubstitutionsType, dst: SomeSubstitutionsType, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.__src = normalize_to_list_of_substitutions(src)
        self.__dst = normalize_to_list_of_substitutions(dst)

    @property
    def src(self) -> list[Substitution]:
        """Name to replace."""
        return self.__src

    @property
    def dst(self) -> list[Substitution]:
        """Name to replace it by."""
        return self.__dst

    def execute(self, context: LaunchContext) -> None:
        """Set the rule."""
        rule = perform_substitutions(context, self.src), perform_substitutions(context, self.dst)
        # A new list: a group brings back the launch configurations, not what they hold.
        context.launch_configurations['ros_remaps'] = [
            *context.launch_configurations.get('ros_remaps', []),
            rule,
        ]
