"""StateTransition event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launch.event import Event
from lifecycle_msgs.msg import TransitionEvent

if TYPE_CHECKING:
    from ...actions import LifecycleNode


class StateTransition(Event):
    """A lifecycle node has changed its state."""

    name = 'launch_ros.events.lifecycle.StateTransition'

    def __init__(self, *, action: LifecycleNode, msg: TransitionEvent) -> None:
        super().__init__()
        self.__action = action
        self.__msg = msg

    @property
    def action(self) -> LifecycleNode:
        """Action of the node."""
        return self.__action

    @property
    def msg(self) -> TransitionEvent:
        """What the node published."""
        return self.__msg

    @property
    def timestamp(self) -> int:
        """Time of the change [ns]."""
        return self.__msg.timestamp

    @property
    def transition(self) -> str:
        """Label of the transition, such as `configure`."""
        return self.__msg.transition.label

    @property
    def start_state(self) -> str:
        """Label of the state before, such as `configuring`."""
        return self.__msg.start_state.label

    @property
    def goal_state(self) -> str:
        """Label of the state after, such as `inactive`."""
        return self.__msg.goal_state.label
