"""OnIncludeLaunchDescription class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..event_handler import EventHandler
from ..events import IncludeLaunchDescription
from ..utilities import is_a_subclass

if TYPE_CHECKING:
    from ..launch_context import LaunchContext
    from ..launch_description_entity import LaunchDescriptionEntity


def _included(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    return [context.locals.event.launch_description]


class OnIncludeLaunchDescription(EventHandler):
    """Handler that includes the launch description of the event."""

    def __init__(self, **kwargs: Any) -> None:
        from ..actions import OpaqueFunction

        super().__init__(
            matcher=lambda event: is_a_subclass(event, IncludeLaunchDescription),
            entities=OpaqueFunction(function=_included),
            **kwargs,
        )

    @property
    def handler_description(self) -> str:
        """What the handler does, for people."""
        return 'returns the launch_description in the event'

    @property
    def matcher_description(self) -> str:
        """What the handler waits for, for people."""
        return 'event issubclass of launch.events.IncludeLaunchDescription'
