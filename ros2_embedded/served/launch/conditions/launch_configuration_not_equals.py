"""LaunchConfigurationNotEquals class."""

from ..launch_context import LaunchContext
from .launch_configuration_equals import LaunchConfigurationEquals


class LaunchConfigurationNotEquals(LaunchConfigurationEquals):
    """Condition that holds whenever `LaunchConfigurationEquals` does not."""

    def _predicate_func(self, context: LaunchContext) -> bool:
        return not super()._predicate_func(context)
