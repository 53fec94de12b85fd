"""ExecutionComplete event."""

from ..action import Action
from ..event import Event


class ExecutionComplete(Event):
    """An action is complete."""

    name = 'launch.events.ExecutionComplete'

    def __init__(self, *, action: Action) -> None:
        self.__action = action

    @property
    def action(self) -> Action:
        """Action that is complete."""
        return self.__action
