"""ThisLaunchFileDir substitution."""

from ..launch_context import LaunchContext
from ..substitution import Substitution
from .substitution_failure import SubstitutionFailure


class ThisLaunchFileDir(Substitution):
    """Folder of the launch file that is being launched."""

    def describe(self) -> str:
        """Return the substitution for people."""
        return 'ThisLaunchFileDir()'

    def perform(self, context: LaunchContext) -> str:
        """Return the path of the folder.

        Raises:
            SubstitutionFailure: the description did not come from a file.
        """
        try:
            return context.get_locals_as_dict()['current_launch_file_directory']
        except KeyError:
            raise SubstitutionFailure(
                'ThisLaunchFileDir used outside of a launch file (in a script)'
            ) from None
