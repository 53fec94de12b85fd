"""Action class, an entity that does something when it is visited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .condition import Condition
from .launch_context import LaunchContext
from .launch_description_entity import LaunchDescriptionEntity

if TYPE_CHECKING:
    from .frontend import Entity, Parser


class Action(LaunchDescriptionEntity):
    """Intention of a launch file's author; derive and override `execute`."""

    def __init__(self, *, condition: Condition | None = None) -> None:
        """Create an action.

        Args:
            condition: evaluated at each visit; the action is executed only when it holds.
        """
        self.__condition = condition

    @property
    def condition(self) -> Condition | None:
        """Condition under which the action is executed."""
        return self.__condition

    @staticmethod
    def parse(entity: Entity, parser: Parser) -> tuple[type[Action], dict[str, Any]]:
        """Return this class and the arguments that all actions have in markup."""
        from .frontend.conditions import parse_condition

        return Action, parse_condition(entity, parser)

    def describe(self) -> str:
        """Return a line about this action for people."""
        return repr(self)

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the entities that executing this action yields, as far as known before."""
        return []

    def describe_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the sub-entities if no condition stands before them."""
        return self.get_sub_entities() if self.condition is None else []

    def describe_conditional_sub_entities(
        self,
    ) -> list[tuple[str, Iterable[LaunchDescriptionEntity]]]:
        """Return the sub-entities if a condition stands before them."""
        if self.condition is None:
            return []
        return [(f'Conditionally included by {self.describe()}', self.get_sub_entities())]

    def visit(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Execute the action if its condition holds, and report its completion."""
        if self.condition is not None and not self.condition.evaluate(context):
            return None
        try:
            return self.execute(context)
        finally:
            self.__report_completion(context)

    def __report_completion(self, context: LaunchContext) -> None:
        from .events import ExecutionComplete

        event = ExecutionComplete(action=self)
        if not context.would_handle_event(event):
            return
        future = self.get_asyncio_future()
        if future is None:
            context.emit_event_sync(event)
        else:
            future.add_done_callback(lambda _: context.emit_event_sync(event))

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Do the action; return the entities to visit next, or None."""
        return None
