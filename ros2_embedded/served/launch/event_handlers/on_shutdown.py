"""OnShutdown class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..event import Event
from ..event_handler import BaseEventHandler
from ..events import Shutdown
from ..some_entities_type import SomeEntitiesType
from ..utilities import is_a_subclass
from .on_action_event_base import EventFunction

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class OnShutdown(BaseEventHandler):
    """Handler of the shutdown of the launched system."""

    def __init__(self, *, on_shutdown: SomeEntitiesType | EventFunction, **kwargs: Any) -> None:
        """Create a handler.

        Args:
            on_shutdown: entities to visit, or a function of event and context.
            kwargs: see `BaseEventHandler`.
        """
        super().__init__(matcher=lambda event: is_a_subclass(event, Shutdown), **kwargs)
        self.__on_shutdown = on_shutdown

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Handle the event by yielding the entities or what the function returns."""
        super().handle(event, context)
        if callable(self.__on_shutdown):
            return self.__on_shutdown(event, context)
        return self.__on_shutdown

    @property
    def handler_description(self) -> str:
        """What the handler does, for people."""
        return str(self.__on_shutdown)

    @property
    def matcher_description(self) -> str:
        """What the handler waits for, for people."""
        return 'event issubclass of launch.events.Shutdown'
