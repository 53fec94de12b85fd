"""DeclareLaunchArgument action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import logging
from ..action import Action
from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions


class DeclareLaunchArgument(Action):
    """Declare an argument of a launch description.

    The value given by whoever launches or includes the description, or else the default, is the
    launch configuration of the same name.
    """

    def __init__(
        self,
        name: str,
        *,
        default_value: SomeSubstitutionsType | None = None,
        description: str | None = None,
        choices: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            name: name of the argument.
            default_value: value when none is given; None: the argument is required.
            description: what the argument is for.
            choices: the values that are allowed; None: any.
            kwargs: see `Action`.

        Raises:
            RuntimeError: there are no choices, or the default is none of them.
        """
        super().__init__(**kwargs)
        self.__name = name
        self.__logger = logging.get_logger(__name__)
        self.__choices = choices
        self.__default_value = (
            None if default_value is None else normalize_to_list_of_substitutions(default_value)
        )
        if choices is not None and len(choices) == 0:
            self.__refuse('Provided choices arg is empty. Use None to ignore the choice list.')
        if choices is not None and isinstance(default_value, str) and default_value not in choices:
            self.__refuse(
                f'Provided default_value "{default_value}" is not in provided choices "{choices}".'
            )
        self.__description = _described(description, choices)
        # Set while looking for arguments: whether a condition stands before this declaration.
        self._conditionally_included = False

    def __refuse(self, message: str) -> None:
        self.__logger.error(message)
        raise RuntimeError(message)

    @property
    def name(self) -> str:
        """Name of the argument."""
        return self.__name

    @property
    def default_value(self) -> list[Substitution] | None:
        """Value when none is given; None: the argument is required."""
        return self.__default_value

    @property
    def description(self) -> str:
        """What the argument is for, with its choices."""
        return self.__description

    @property
    def choices(self) -> Sequence[str] | None:
        """The values that are allowed; None: any."""
        return self.__choices

    def execute(self, context: LaunchContext) -> None:
        """Set the launch configuration to the default if it is not set, and check it.

        Raises:
            RuntimeError: a required argument is missing, or the value is none of the choices.
        """
        if self.name not in context.launch_configurations:
            if self.default_value is None:
                self.__logger.error(
                    f'Required launch argument "{self.name}" '
                    f'(description: "{self.description}") was not provided'
                )
                raise RuntimeError(f'Required launch argument "{self.name}" was not provided.')
            context.launch_configurations[self.name] = perform_substitutions(
                context, self.default_value
            )
        value = context.launch_configurations[self.name]
        if self.choices is not None and value not in self.choices:
            self.__refuse(
                f'Argument "{self.name}" provided value "{value}" is not valid. '
                f'Valid options are: {self.choices}'
            )


def _described(description: str | None, choices: Sequence[str] | None) -> str:
    if choices is None:
        return 'no description given' if description is None else description
    if description is None:
        return f'One of: {choices}'
    stop = '' if description.endswith('.') else '.'
    return f'{description}{stop} Valid choices are: {choices}'
