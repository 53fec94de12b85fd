"""PopLaunchConfigurations action."""

from ..action import Action
from ..launch_context import LaunchContext


class PopLaunchConfigurations(Action):
    """Bring back the launch configurations that were saved last."""

    def execute(self, context: LaunchContext) -> None:
        """Bring back the launch configurations."""
        context._pop_launch_configurations()
