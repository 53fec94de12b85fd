"""OnStateTransition class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from launch.event import Event
from launch.event_handler import EventHandler
from launch.some_entities_type import SomeEntitiesType

from ..actions.lifecycle_node import LifecycleNode
from ..events.lifecycle import StateTransition


class OnStateTransition(EventHandler):
    """Handler of a lifecycle node's change of state."""

    def __init__(
        self,
        *,
        entities: SomeEntitiesType,
        target_lifecycle_node: LifecycleNode | None = None,
        transition: str | None = None,
        start_state: str | None = None,
        goal_state: str | None = None,
        matcher: Callable[[Event], bool] | None = None,
        **kwargs: Any,
    ) -> None:
        """Create a handler.

        Args:
            entities: entities to visit.
            target_lifecycle_node: the node; None: any.
            transition: label of the transition, such as `configure`; None: any.
            start_state: label of the state before, such as `configuring`; None: any.
            goal_state: label of the state after, such as `inactive`; None: any.
            matcher: tells for an event whether it counts; goes before all of the above.
            kwargs: see `launch.EventHandler`.

        Raises:
            RuntimeError: `target_lifecycle_node` is no lifecycle node.
        """
        if not isinstance(target_lifecycle_node, (LifecycleNode, type(None))):
            raise RuntimeError("OnStateTransition requires a 'LifecycleNode' action as the target")
        self.__node = target_lifecycle_node
        self.__labels = {
            'transition': transition,
            'start_state': start_state,
            'goal_state': goal_state,
        }
        super().__init__(matcher=matcher or self.__matches, entities=entities, **kwargs)

    def __matches(self, event: Event) -> bool:
        if not isinstance(event, StateTransition):
            return False
        if self.__node is not None and event.action is not self.__node:
            return False
        return all(
            label is None or getattr(event, name) == label for name, label in self.__labels.items()
        )

    @property
    def handler_description(self) -> str:
        """What the handler does, for people."""
        return '<actions>'

    @property
    def matcher_description(self) -> str:
        """What the handler waits for, for people."""
        if self.__node is None:
            return 'event == StateTransition'
        return (
            f'event == StateTransition and event.action == LifecycleNode({hex(id(self.__node))})'
        )
