"""LaunchDescriptionSource class, where an included launch description comes from."""

from __future__ import annotations

import traceback

from . import logging
from .launch_context import LaunchContext
from .launch_description import LaunchDescription
from .some_substitutions_type import SomeSubstitutionsType
from .utilities import normalize_to_list_of_substitutions, perform_substitutions


class LaunchDescriptionSource:
    """Launch description that is given, or loaded by a derived class when it is needed."""

    def __init__(
        self,
        launch_description: LaunchDescription | None = None,
        location: SomeSubstitutionsType = '<string>',
        method: str = 'unspecified mechanism from a script',
    ) -> None:
        """Create a source.

        Args:
            launch_description: the description; None: it is loaded from the location.
            location: where the description comes from, such as a path.
            method: how it is loaded, for people.
        """
        self.__launch_description = launch_description
        self.__location = normalize_to_list_of_substitutions(location)
        self.__expanded_location: str | None = None
        self.__method = method
        self.__logger = logging.get_logger(__name__)

    @property
    def location(self) -> str:
        """Where the description comes from; its substitutions until it was loaded."""
        if self.__expanded_location is None:
            return ' + '.join(str(sub) for sub in self.__location)
        return self.__expanded_location

    @property
    def method(self) -> str:
        """How the description is loaded, for people."""
        return self.__method

    def try_get_launch_description_without_context(self) -> LaunchDescription | None:
        """Return the description if it can be had before launching, or None."""
        if self.__launch_description is not None:
            return self.__launch_description
        try:
            return self._get_launch_description(
                perform_substitutions(LaunchContext(), self.__location)
            )
        except Exception as error:  # whatever the author's launch file raises
            self.__logger.debug(traceback.format_exc())
            self.__logger.debug(f'Failed to load the launch file without a context: {error}')
            return None

    def get_launch_description(self, context: LaunchContext) -> LaunchDescription:
        """Return the description, loaded at the first call."""
        if self.__expanded_location is None:
            self.__expanded_location = perform_substitutions(context, self.__location)
        if self.__launch_description is None:
            self.__launch_description = self._get_launch_description(self.__expanded_location)
        return self.__launch_description

    def _get_launch_description(self, location: str) -> LaunchDescription:
        """Load the description; derived classes override this."""
        raise RuntimeError(
            'LaunchDescriptionSource.get_launch_description(): '
            'called without launch description being set'
        )
