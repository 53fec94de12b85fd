"""PushLaunchConfigurations action."""

from ..action import Action
from ..launch_context import LaunchContext


class PushLaunchConfigurations(Action):
    """Save the launch configurations; `PopLaunchConfigurations` brings them back."""

    def execute(self, context: LaunchContext) -> None:
        """Save the launch configurations."""
        context._push_launch_configurations()
