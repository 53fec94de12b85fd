"""Event handlers: what to do when an event of a certain kind comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .event import Event
from .some_entities_type import SomeEntitiesType

if TYPE_CHECKING:
    from .launch_context import LaunchContext
    from .launch_description_entity import LaunchDescriptionEntity


class BaseEventHandler:
    """Pair of a matcher and a handler; derive and extend `handle` for behaviour."""

    def __init__(self, *, matcher: Callable[[Event], bool], handle_once: bool = False) -> None:
        """Create a handler.

        Args:
            matcher: tells for an event whether this handler takes it.
            handle_once: the handler unregisters itself before its first event is handled.
        """
        self.__matcher = matcher
        self.__handle_once = handle_once

    @property
    def handle_once(self) -> bool:
        """Whether this handler takes one event only."""
        return self.__handle_once

    @property
    def handler_description(self) -> str | None:
        """What the handler does, for people."""
        return None

    @property
    def matcher_description(self) -> str | None:
        """What the handler waits for, for people."""
        return None

    def matches(self, event: Event) -> bool:
        """Tell whether this handler takes the event."""
        return self.__matcher(event)

    def describe(self) -> tuple[str, list[LaunchDescriptionEntity]]:
        """Return a line about this handler and the entities that it is known to yield."""
        text = (
            f"{type(self).__name__}(matcher='{self.matcher_description}', "
            f"handler='{self.handler_description}', handle_once={self.handle_once})"
        )
        return text, []

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Handle the event; derived classes call this first.

        The event is `context.locals.event` for every entity that the handler yields.
        """
        context.extend_locals({'event': event})
        if self.handle_once:
            context.unregister_event_handler(self)
        return None


class EventHandler(BaseEventHandler):
    """Handler that yields the same entities for every event it takes."""

    def __init__(
        self,
        *,
        matcher: Callable[[Event], bool],
        entities: SomeEntitiesType | None = None,
        handle_once: bool = False,
    ) -> None:
        """Create a handler that yields entities.

        Args:
            matcher: tells for an event whether this handler takes it.
            entities: entity or entities to visit when the event comes.
            handle_once: the handler unregisters itself before its first event is handled.
        """
        super().__init__(matcher=matcher, handle_once=handle_once)
        self.__entities = entities

    @property
    def entities(self) -> SomeEntitiesType | None:
        """Entities that are yielded for every event."""
        return self.__entities

    def describe(self) -> tuple[str, list[LaunchDescriptionEntity]]:
        """Return a line about this handler and the entities that it yields."""
        from .launch_description_entity import LaunchDescriptionEntity

        text, entities = super().describe()
        if isinstance(self.entities, LaunchDescriptionEntity):
            entities.append(self.entities)
        elif self.entities:
            entities.extend(self.entities)
        return text, entities

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Handle the event by yielding the entities."""
        super().handle(event, context)
        return self.entities
