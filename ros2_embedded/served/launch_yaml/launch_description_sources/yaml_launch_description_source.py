"""YAMLLaunchDescriptionSource class."""

from launch.launch_description_sources import FrontendLaunchDescriptionSource
from launch.some_substitutions_type import SomeSubstitutionsType

from ..parser import Parser


class YAMLLaunchDescriptionSource(FrontendLaunchDescriptionSource):
    """Launch file in YAML."""

    def __init__(self, launch_file_path: SomeSubstitutionsType) -> None:
        super().__init__(launch_file_path, method='interpreted YAML launch file', parser=Parser)
