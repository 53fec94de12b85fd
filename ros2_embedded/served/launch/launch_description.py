"""LaunchDescription class, what a launch file returns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import logging
from .action import Action
from .actions.declare_launch_argument import DeclareLaunchArgument
from .launch_context import LaunchContext
from .launch_description_entity import LaunchDescriptionEntity

if TYPE_CHECKING:
    from .actions import IncludeLaunchDescription

DeclaredArgument = tuple[DeclareLaunchArgument, 'list[IncludeLaunchDescription] | None']


class LaunchDescription(LaunchDescriptionEntity):
    """Entities that are visited in order when the description is launched."""

    def __init__(
        self,
        initial_entities: Iterable[LaunchDescriptionEntity] | None = None,
        *,
        deprecated_reason: str | None = None,
    ) -> None:
        """Create a launch description.

        Args:
            initial_entities: the first entities.
            deprecated_reason: why the description should not be used any more; logged as a
                warning when it is launched.
        """
        self.__entities = list(initial_entities) if initial_entities is not None else []
        self.__deprecated_reason = deprecated_reason

    @property
    def entities(self) -> list[LaunchDescriptionEntity]:
        """Entities in order."""
        return self.__entities

    def add_entity(self, entity: LaunchDescriptionEntity) -> None:
        """Append an entity."""
        self.__entities.append(entity)

    def add_action(self, action: Action) -> None:
        """Append an action."""
        self.add_entity(action)

    @property
    def deprecated(self) -> bool:
        """Whether the description should not be used any more."""
        return self.__deprecated_reason is not None

    @property
    def deprecated_reason(self) -> str | None:
        """Why the description should not be used any more."""
        return self.__deprecated_reason

    def visit(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        """Yield the entities."""
        if self.deprecated:
            path = context.get_locals_as_dict().get('current_launch_file_path')
            logging.get_logger('launch').warning(
                f'deprecated launch description: {self.deprecated_reason}'
                if path is None
                else f'launch file [{path}] is deprecated: {self.deprecated_reason}'
            )
        return self.__entities

    def describe_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the entities."""
        return self.__entities

    def get_launch_arguments(
        self, conditional_inclusion: bool = False
    ) -> list[DeclareLaunchArgument]:
        """Return the arguments that can be found before launching, the first of each name.

        Args:
            conditional_inclusion: a condition stands before the whole description.
        """
        pairs = self.get_launch_arguments_with_include_launch_description_actions(
            conditional_inclusion
        )
        return [argument for argument, _ in pairs]

    def get_launch_arguments_with_include_launch_description_actions(
        self, conditional_inclusion: bool = False
    ) -> list[DeclaredArgument]:
        """Return the arguments with the includes that they were found in.

        Args:
            conditional_inclusion: a condition stands before the whole description.

        Returns:
            pairs of a declaration and the includes around it, None at the top.
        """
        found: dict[str, DeclaredArgument] = {}
        _collect(self.entities, conditional_inclusion, None, found)
        return list(found.values())


def _collect(
    entities: Iterable[LaunchDescriptionEntity],
    conditional: bool,
    includes: list[IncludeLaunchDescription] | None,
    found: dict[str, DeclaredArgument],
) -> None:
    from .actions import IncludeLaunchDescription, ResetLaunchConfigurations

    for entity in entities:
        if isinstance(entity, ResetLaunchConfigurations):
            # What stands behind it cannot be set from outside.
            return
        if isinstance(entity, DeclareLaunchArgument) and entity.name not in found:
            entity._conditionally_included = conditional or entity.condition is not None
            found[entity.name] = (entity, includes)
        inner = includes
        if isinstance(entity, IncludeLaunchDescription):
            inner = [*(includes or ()), entity]
        _collect(entity.describe_sub_entities(), False, inner, found)
        for _, sub_entities in entity.describe_conditional_sub_entities():
            _collect(sub_entities, True, inner, found)
