"""OnActionEventBase class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..event import Event
from ..event_handler import BaseEventHandler
from ..launch_description_entity import LaunchDescriptionEntity
from ..some_entities_type import SomeEntitiesType

if TYPE_CHECKING:
    from ..action import Action
    from ..launch_context import LaunchContext

EventFunction = Callable[[Event, 'LaunchContext'], 'SomeEntitiesType | None']


class OnActionEventBase(BaseEventHandler):
    """Handler of one kind of event, of one action, of some, or of all."""

    def __init__(
        self,
        *,
        action_matcher: Callable[[Action], bool] | Action | None,
        on_event: SomeEntitiesType | EventFunction,
        target_event_cls: type[Event],
        target_action_cls: type[Action],
        **kwargs: Any,
    ) -> None:
        """Create a handler.

        Args:
            action_matcher: the action whose events count, a matcher of actions, or None for all.
            on_event: entities to visit, or a function of event and context that returns them.
            target_event_cls: kind of event.
            target_action_cls: kind of action that `action_matcher` must be.
            kwargs: see `BaseEventHandler`.

        Raises:
            TypeError: an argument is of another kind.
        """
        if not issubclass(target_event_cls, Event):
            raise TypeError("'target_event_cls' must be a subclass of 'Event'")
        if not (
            action_matcher is None
            or isinstance(action_matcher, target_action_cls)
            or callable(action_matcher)
        ):
            raise TypeError(
                f"action_matcher must be an '{target_action_cls.__name__}' instance or a callable"
            )
        self.__action_matcher = action_matcher
        self.__target_event_cls = target_event_cls
        self.__target_action_cls = target_action_cls
        super().__init__(matcher=self.__matches, **kwargs)
        self.__function = on_event if callable(on_event) else None
        self.__entities = [] if callable(on_event) else _entities(on_event)

    def __matches(self, event: Event) -> bool:
        if not isinstance(event, self.__target_event_cls):
            return False
        if self.__action_matcher is None:
            return True
        if callable(self.__action_matcher):
            return self.__action_matcher(event.action)
        return event.action is self.__action_matcher

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Handle the event by yielding the entities or what the function returns."""
        super().handle(event, context)
        return self.__entities if self.__function is None else self.__function(event, context)

    def describe(self) -> tuple[str, list[LaunchDescriptionEntity]]:
        """Return a line about this handler and the entities that it yields."""
        text, entities = super().describe()
        return text, entities + self.__entities

    @property
    def handler_description(self) -> str:
        """What the handler does, for people."""
        return '<actions>' if self.__function is None else str(self.__function)

    @property
    def matcher_description(self) -> str:
        """What the handler waits for, for people."""
        text = f'event == {self.__target_event_cls.__name__}'
        if self.__action_matcher is not None:
            text += f' and {self.__target_action_cls.__name__}(event.action)'
        return text


def _entities(on_event: SomeEntitiesType) -> list[LaunchDescriptionEntity]:
    if not isinstance(on_event, Iterable):
        return [on_event]
    entities = list(on_event)
    for entity in entities:
        if not isinstance(entity, LaunchDescriptionEntity):
            raise TypeError(
                "expected all items in 'on_event' iterable to be of type "
                f"'LaunchDescriptionEntity' but got '{type(entity)}'"
            )
    return entities
