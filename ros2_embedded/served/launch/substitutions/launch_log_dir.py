"""LaunchLogDir substitution."""

from .. import logging
from ..launch_context import LaunchContext
from ..substitution import Substitution


class LaunchLogDir(Substitution):
    """Folder of the log files of this launch."""

    def describe(self) -> str:
        """Return the substitution for people."""
        return 'LaunchLogDir()'

    def perform(self, context: LaunchContext) -> str:
        """Return the path of the folder."""
        return logging.launch_config.log_dir
