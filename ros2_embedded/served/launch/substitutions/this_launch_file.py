"""ThisLaunchFile substitution."""

from ..launch_context import LaunchContext
from ..substitution import Substitution
from .substitution_failure import SubstitutionFailure


class ThisLaunchFile(Substitution):
    """Path of the launch file that is being launched."""

    def describe(self) -> str:
        """Return the substitution for people."""
        return 'ThisLaunchFile()'

    def perform(self, context: LaunchContext) -> str:
        """Return the path.

        Raises:
            SubstitutionFailure: the description did not come from a file.
        """
        try:
            return context.get_locals_as_dict()['current_launch_file_path']
        except KeyError:
            raise SubstitutionFailure(
                'ThisLaunchFile used outside of a launch file (in a script)'
            ) from None
