"""IncludeLaunchDescription action."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .. import logging
from ..action import Action
from ..launch_context import LaunchContext
from ..launch_description import LaunchDescription
from ..launch_description_entity import LaunchDescriptionEntity
from ..launch_description_source import LaunchDescriptionSource
from ..launch_description_sources import AnyLaunchDescriptionSource
from ..some_substitutions_type import SomeSubstitutionsType
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .set_launch_configuration import SetLaunchConfiguration

LaunchArguments = tuple[tuple[SomeSubstitutionsType, SomeSubstitutionsType], ...]


class IncludeLaunchDescription(Action):
    """Include another launch description, and give it arguments.

    Arguments are launch configurations, which stay set after the include: put it into a
    `GroupAction` where they must not.
    """

    def __init__(
        self,
        launch_description_source: LaunchDescriptionSource | SomeSubstitutionsType,
        *,
        launch_arguments: Iterable[tuple[SomeSubstitutionsType, SomeSubstitutionsType]]
        | None = None,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            launch_description_source: where the description comes from, or the file's path.
            launch_arguments: pairs of name and value, such as `{...}.items()`.
            kwargs: see `Action`.
        """
        super().__init__(**kwargs)
        if not isinstance(launch_description_source, LaunchDescriptionSource):
            launch_description_source = AnyLaunchDescriptionSource(launch_description_source)
        self.__source = launch_description_source
        self.__launch_arguments: LaunchArguments = tuple(launch_arguments or ())
        self.__logger = logging.get_logger(__name__)

    @property
    def launch_description_source(self) -> LaunchDescriptionSource:
        """Where the description comes from."""
        return self.__source

    @property
    def launch_arguments(self) -> LaunchArguments:
        """Pairs of name and value."""
        return self.__launch_arguments

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the description, if it can be had before launching."""
        description = self.__source.try_get_launch_description_without_context()
        return [] if description is None else [description]

    def _argument_names(self, context: LaunchContext) -> list[str]:
        return [
            perform_substitutions(context, normalize_to_list_of_substitutions(name))
            for name, _ in self.launch_arguments
        ]

    def _try_get_arguments_names_without_context(self) -> list[str] | None:
        try:
            return self._argument_names(LaunchContext())
        except Exception as error:  # whatever the author's substitutions raise
            self.__logger.debug(
                'Failed to get launch arguments names for launch description '
                f"'{self.__source.location}', with exception: {error}"
            )
            return None

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        """Load the description, check its arguments, and yield it.

        Raises:
            RuntimeError: an argument that it requires is not given.
            InvalidLaunchFileError: the file cannot be loaded.
        """
        description = self.__source.get_launch_description(context)
        path = os.path.abspath(self.__source.location)
        folder = os.path.dirname(path) if Path(path).exists() else self.__source.location
        context.extend_locals(
            {'current_launch_file_path': path, 'current_launch_file_directory': folder}
        )
        self.__check_arguments(context, description)
        return [
            *(SetLaunchConfiguration(name, value) for name, value in self.launch_arguments),
            description,
        ]

    def __check_arguments(self, context: LaunchContext, description: LaunchDescription) -> None:
        given = self._argument_names(context)
        pairs = description.get_launch_arguments_with_include_launch_description_actions()
        for argument, includes in pairs:
            if argument._conditionally_included or argument.default_value is not None:
                continue
            for include in includes or ():
                given += include._try_get_arguments_names_without_context() or []
            if argument.name not in given:
                raise RuntimeError(
                    'Included launch description missing required argument '
                    f"'{argument.name}' (description: '{argument.description}'), "
                    f'given: [{", ".join(given)}]'
                )
