"""FrontendLaunchDescriptionSource class."""

from __future__ import annotations

from ..frontend import Parser
from ..launch_description import LaunchDescription
from ..launch_description_source import LaunchDescriptionSource
from ..some_substitutions_type import SomeSubstitutionsType
from .frontend_launch_file_utilities import get_launch_description_from_frontend_launch_file


class FrontendLaunchDescriptionSource(LaunchDescriptionSource):
    """Launch file in markup."""

    def __init__(
        self,
        launch_file_path: SomeSubstitutionsType,
        *,
        method: str = 'interpreted frontend launch file',
        parser: type[Parser] = Parser,
    ) -> None:
        """Create a source.

        Args:
            launch_file_path: path of the file.
            method: how it is loaded, for people.
            parser: parser of its format; `Parser` finds it out.
        """
        super().__init__(None, launch_file_path, method)
        self.__parser = parser

    def _get_launch_description(self, location: str) -> LaunchDescription:
        return get_launch_description_from_frontend_launch_file(location, parser=self.__parser)
