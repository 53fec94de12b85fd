"""ChangeState event."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from launch.event import Event
from lifecycle_msgs.msg import State, Transition

if TYPE_CHECKING:
    from ...actions import LifecycleNode


class ChangeState(Event):
    """The lifecycle nodes that match are to make a transition.

    Attributes:
        valid_transitions: names of the transitions by their ids.
        valid_states: names of the states by their ids.
    """

    name = 'launch_ros.events.lifecycle.ChangeState'

    valid_transitions = {  # noqa: RUF012 (a table that nobody changes, named by the public API)
        getattr(Transition, name): name
        for name in (
            'TRANSITION_CREATE',
            'TRANSITION_CONFIGURE',
            'TRANSITION_CLEANUP',
            'TRANSITION_ACTIVATE',
            'TRANSITION_DEACTIVATE',
            'TRANSITION_UNCONFIGURED_SHUTDOWN',
            'TRANSITION_INACTIVE_SHUTDOWN',
            'TRANSITION_ACTIVE_SHUTDOWN',
            'TRANSITION_DESTROY',
        )
    }
    valid_states = {  # noqa: RUF012 (a table that nobody changes, named by the public API)
        getattr(State, name): name
        for name in (
            'PRIMARY_STATE_UNKNOWN',
            'PRIMARY_STATE_UNCONFIGURED',
            'PRIMARY_STATE_INACTIVE',
            'PRIMARY_STATE_ACTIVE',
            'PRIMARY_STATE_FINALIZED',
            'TRANSITION_STATE_CONFIGURING',
            'TRANSITION_STATE_CLEANINGUP',
            'TRANSITION_STATE_SHUTTINGDOWN',
            'TRANSITION_STATE_ACTIVATING',
            'TRANSITION_STATE_DEACTIVATING',
            'TRANSITION_STATE_ERRORPROCESSING',
        )
    }

    def __init__(
        self, *, lifecycle_node_matcher: Callable[[LifecycleNode], bool], transition_id: int
    ) -> None:
        """Create an event.

        Args:
            lifecycle_node_matcher: tells for an action whether its node is meant.
            transition_id: a constant of lifecycle_msgs/msg/Transition.

        Raises:
            ValueError: there is no such transition.
        """
        super().__init__()
        if transition_id not in self.valid_transitions:
            known = ', '.join(f'{name}: {id_}' for id_, name in self.valid_transitions.items())
            raise ValueError(
                f"given transition_id of '{transition_id}', expected one of {{{known}}}"
            )
        self.__lifecycle_node_matcher = lifecycle_node_matcher
        self.__transition_id = transition_id

    @property
    def lifecycle_node_matcher(self) -> Callable[[LifecycleNode], bool]:
        """Matcher that tells for an action whether its node is meant."""
        return self.__lifecycle_node_matcher

    @property
    def transition_id(self) -> int:
        """Constant of lifecycle_msgs/msg/Transition."""
        return self.__transition_id
