"""PushEnvironment action."""

from ..action import Action
from ..launch_context import LaunchContext


class PushEnvironment(Action):
    """Save the environment; `PopEnvironment` brings it back."""

    def execute(self, context: LaunchContext) -> None:
        """Save the environment."""
        context._push_environment()
