"""LifecycleTransition action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from launch import logging
from launch.action import Action
from launch.actions import EmitEvent, OpaqueFunction, RegisterEventHandler
from launch.event import Event
from launch.event_handler import BaseEventHandler, EventHandler
from launch.launch_context import LaunchContext
from launch.launch_description_entity import LaunchDescriptionEntity
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions
from lifecycle_msgs.msg import Transition

from ..events.lifecycle import ChangeState, StateTransition
from ..events.matchers import matches_node_name

_SHUTTING_DOWN = {'start_state': 'shuttingdown', 'goal_state': 'finalized'}


class LifecycleTransition(Action):
    """Make lifecycle nodes go through transitions, each after the one before has succeeded.

    Attributes:
        transition_targets: labels of the state during, and after, each transition.
    """

    transition_targets = {  # noqa: RUF012 (a table that nobody changes, named by the public API)
        Transition.TRANSITION_CONFIGURE: {'start_state': 'configuring', 'goal_state': 'inactive'},
        Transition.TRANSITION_CLEANUP: {'start_state': 'cleaningup', 'goal_state': 'unconfigured'},
        Transition.TRANSITION_ACTIVATE: {'start_state': 'activating', 'goal_state': 'active'},
        Transition.TRANSITION_DEACTIVATE: {
            'start_state': 'deactivating',
            'goal_state': 'inactive',
        },
        Transition.TRANSITION_UNCONFIGURED_SHUTDOWN: _SHUTTING_DOWN,
        Transition.TRANSITION_INACTIVE_SHUTDOWN: _SHUTTING_DOWN,
        Transition.TRANSITION_ACTIVE_SHUTDOWN: _SHUTTING_DOWN,
    }

    def __init__(
        self,
        *,
        lifecycle_node_names: Sequence[SomeSubstitutionsType],
        transition_ids: Sequence[int | SomeSubstitutionsType],
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            lifecycle_node_names: names of nodes launched by `LifecycleNode`.
            transition_ids: constants of lifecycle_msgs/msg/Transition in order.
            kwargs: see `Action`.

        Raises:
            ValueError: there are no names or no transitions.
        """
        super().__init__(**kwargs)
        if len(transition_ids) == 0:
            raise ValueError('No transition_ids provided.')
        if len(lifecycle_node_names) == 0:
            raise ValueError('No lifecycle_node_names provided.')
        self.__names = [normalize_to_list_of_substitutions(name) for name in lifecycle_node_names]
        self.__ids = [
            normalize_to_list_of_substitutions(str(id_) if isinstance(id_, int) else id_)
            for id_ in transition_ids
        ]
        self.__logger = logging.get_logger(__name__)

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        """Emit the first transition of each node, and wait to emit the next.

        Raises:
            ValueError: an id is no number, or no transition.
        """
        ids = [self.__transition_id(perform_substitutions(context, id_)) for id_ in self.__ids]
        actions: list[LaunchDescriptionEntity] = []
        for name in self.__names:
            actions += self.__transitions_of(perform_substitutions(context, name), ids)
        return actions

    def __transition_id(self, text: str) -> int:
        if not text.strip().isdigit():
            raise ValueError(f'expected integer for lifecycle transition, got {text}')
        if int(text) not in self.transition_targets:
            known = ', '.join(map(str, self.transition_targets))
            raise ValueError(f'lifecycle transition {text} cannot be asked for; known: {known}')
        return int(text)

    def __transitions_of(self, name: str, ids: list[int]) -> list[LaunchDescriptionEntity]:
        emits = [
            EmitEvent(
                event=ChangeState(
                    lifecycle_node_matcher=matches_node_name(name), transition_id=id_
                )
            )
            for id_ in ids
        ]
        handlers: list[BaseEventHandler] = []
        for id_, after in zip(ids, [*emits[1:], None], strict=True):
            last = OpaqueFunction(function=lambda context: _unregister(context, handlers))
            handlers.append(
                EventHandler(
                    matcher=_matches(name, **self.transition_targets[id_]),
                    entities=[last if after is None else after],
                    handle_once=True,
                )
            )

        def give_up(context: LaunchContext) -> None:
            self.__logger.info(
                f"Stopping transitions for {name} because 'error occured during transitions'"
            )
            _unregister(context, handlers)

        handlers.append(
            EventHandler(
                matcher=_matches(name, goal_state='errorprocessing'),
                entities=[OpaqueFunction(function=give_up)],
                handle_once=True,
            )
        )
        first, *others = (RegisterEventHandler(handler) for handler in handlers)
        return [first, emits[0], *others]


def _matches(
    name: str, *, goal_state: str, start_state: str | None = None
) -> Callable[[Event], bool]:
    is_meant = matches_node_name(name)
    return lambda event: (
        isinstance(event, StateTransition)
        and is_meant(event.action)
        and event.goal_state == goal_state
        and start_state in (None, event.start_state)
    )


def _unregister(context: LaunchContext, handlers: list[BaseEventHandler]) -> None:
    for handler in handlers:
        if handler in context._event_handlers:
            context.unregister_event_handler(handler)
