"""PopEnvironment action."""

from ..action import Action
from ..launch_context import LaunchContext


class PopEnvironment(Action):
    """Bring back the environment that was saved last."""

    def execute(self, context: LaunchContext) -> None:
        """Bring back the environment."""
        context._pop_environment()
