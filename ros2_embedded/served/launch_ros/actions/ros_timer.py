"""ROSTimer action."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from launch.actions import TimerAction
from launch.launch_context import LaunchContext
from launch.launch_description_entity import LaunchDescriptionEntity
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.utilities.type_utils import perform_typed_substitution

from ..ros_adapters import get_ros_node


class ROSTimer(TimerAction):
    """Visit entities after a time of the ROS clock; see `SetUseSimTime`."""

    def __init__(
        self,
        *,
        period: float | SomeSubstitutionsType,
        actions: Iterable[LaunchDescriptionEntity],
        **kwargs: Any,
    ) -> None:
        super().__init__(period=period, actions=actions, **kwargs)

    def describe(self) -> str:
        """Return a line about this action for people."""
        return f'ROSTimer(period={self.period}, actions=<actions>)'

    async def _wait_for_period(self, context: LaunchContext) -> None:
        loop = context.asyncio_loop
        node = get_ros_node(context)
        fired: asyncio.Future[None] = loop.create_future()

        def fire() -> None:
            if not fired.done():
                fired.set_result(None)

        timer = node.create_timer(
            perform_typed_substitution(context, self.period, float),
            lambda: loop.call_soon_threadsafe(fire),
        )
        await asyncio.wait([self._canceled_future, fired], return_when=asyncio.FIRST_COMPLETED)
        node.destroy_timer(timer)


RosTimer = ROSTimer
