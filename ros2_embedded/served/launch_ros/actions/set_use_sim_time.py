"""SetUseSimTime action."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext

from ..ros_adapters import get_ros_node


class SetUseSimTime(Action):
    """Make launch's own node, and with it `ROSTimer`, take its time from /clock."""

    def __init__(self, value: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.__value = value

    @property
    def value(self) -> bool:
        """Whether the time comes from /clock."""
        return self.__value

    def execute(self, context: LaunchContext) -> None:
        """Set the parameter use_sim_time of launch's own node.

        Raises:
            RuntimeError: the node refused it.
        """
        from rclpy.parameter import Parameter

        results = get_ros_node(context).set_parameters(
            [Parameter('use_sim_time', Parameter.Type.BOOL, self.value)]
        )
        if not results[0].successful:
            raise RuntimeError(f'Failed to set use_sim_time parameter: {results[0].reason}')
