"""GroupAction action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..action import Action
from ..launch_context import LaunchContext
from ..launch_description_entity import LaunchDescriptionEntity
from ..some_substitutions_type import SomeSubstitutionsType
from .pop_environment import PopEnvironment
from .pop_launch_configurations import PopLaunchConfigurations
from .push_environment import PushEnvironment
from .push_launch_configurations import PushLaunchConfigurations
from .reset_environment import ResetEnvironment
from .reset_launch_configurations import ResetLaunchConfigurations
from .set_launch_configuration import SetLaunchConfiguration


class GroupAction(Action):
    """Actions that share a condition and, if scoped, configurations and environment."""

    def __init__(
        self,
        actions: Iterable[LaunchDescriptionEntity],
        *,
        scoped: bool = True,
        forwarding: bool = True,
        launch_configurations: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None,
        **left_over_kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            actions: the actions of the group.
            scoped: what they do to launch configurations and environment ends with the group.
            forwarding: the group sees the launch configurations and environment from outside;
                false works in a scoped group only.
            launch_configurations: launch configurations to set first.
            left_over_kwargs: see `Action`.
        """
        super().__init__(**left_over_kwargs)
        self.__actions = actions
        self.__scoped = scoped
        self.__forwarding = forwarding
        self.__launch_configurations = dict(launch_configurations or {})
        self.__sub_entities: list[LaunchDescriptionEntity] | None = None

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the actions of the group, and those that scope them."""
        if self.__sub_entities is None:
            self.__sub_entities = self.__make_sub_entities()
        return self.__sub_entities

    def __make_sub_entities(self) -> list[LaunchDescriptionEntity]:
        settings = [
            SetLaunchConfiguration(name, value)
            for name, value in self.__launch_configurations.items()
        ]
        if not self.__scoped:
            return [*settings, *self.__actions]
        if not self.__forwarding:
            settings = [
                ResetEnvironment(),
                ResetLaunchConfigurations(self.__launch_configurations),
            ]
        return [
            PushLaunchConfigurations(),
            PushEnvironment(),
            *settings,
            *self.__actions,
            PopEnvironment(),
            PopLaunchConfigurations(),
        ]

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        """Yield the actions of the group."""
        return self.get_sub_entities()
