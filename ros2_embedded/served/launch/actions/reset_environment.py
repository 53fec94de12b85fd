"""ResetEnvironment action."""

from ..action import Action
from ..launch_context import LaunchContext


class ResetEnvironment(Action):
    """Bring back the environment as it was when the launch context was made."""

    def execute(self, context: LaunchContext) -> None:
        """Bring back the environment."""
        context._reset_environment()
