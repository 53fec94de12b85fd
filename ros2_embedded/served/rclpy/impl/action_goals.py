"""The goals that an action server has accepted, and what may become of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from rclpy._rclpy_pybind11 import RCLError

from ros2_embedded.messages.classes import message_class

_ACCEPTED, _EXECUTING, _CANCELING, _SUCCEEDED, _CANCELED, _ABORTED = range(1, 7)
_STATES = ('UNKNOWN', 'ACCEPTED', 'EXECUTING', 'CANCELING', 'SUCCEEDED', 'CANCELED', 'ABORTED')
_NO_ID = bytes(16)
_LAST_TIME = 2**63 - 1


class GoalEvent(IntEnum):
    """What can happen to a goal."""

    EXECUTE = 0
    CANCEL_GOAL = 1
    SUCCEED = 2
    ABORT = 3
    CANCELED = 4


_NEXT = {
    (_ACCEPTED, GoalEvent.EXECUTE): _EXECUTING,
    (_ACCEPTED, GoalEvent.CANCEL_GOAL): _CANCELING,
    (_EXECUTING, GoalEvent.CANCEL_GOAL): _CANCELING,
    (_EXECUTING, GoalEvent.SUCCEED): _SUCCEEDED,
    (_EXECUTING, GoalEvent.ABORT): _ABORTED,
    (_CANCELING, GoalEvent.SUCCEED): _SUCCEEDED,
    (_CANCELING, GoalEvent.ABORT): _ABORTED,
    (_CANCELING, GoalEvent.CANCELED): _CANCELED,
}


@dataclass
class GoalState:
    """One accepted goal.

    Attributes:
        info: its action_msgs/msg/GoalInfo.
        status: number of its state, as in action_msgs/msg/GoalStatus.
        ended: when it ended [ns], None before.
    """

    info: Any
    status: int = _ACCEPTED
    ended: int | None = None

    @property
    def identity(self) -> bytes:
        """The goal's id."""
        return bytes(self.info.goal_id.uuid)

    @property
    def accepted(self) -> int:
        """When it was accepted [ns]."""
        return self.info.stamp.sec * 10**9 + self.info.stamp.nanosec

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.status in (_ACCEPTED, _EXECUTING, _CANCELING)

    @property
    def is_cancelable(self) -> bool:
        """Whether its cancelling can begin."""
        return (self.status, GoalEvent.CANCEL_GOAL) in _NEXT

    def update(self, event: GoalEvent, now: int) -> None:
        """Let an event happen, at a time [ns].

        Raises:
            RCLError: it cannot happen in the goal's state.
        """
        following = _NEXT.get((self.status, event))
        if following is None:
            raise RCLError(
                'Failed to update goal state: goal_handle attempted invalid transition '
                f'from state {_STATES[self.status]} with event {event.name}'
            )
        self.status = following
        if not self.is_active:
            self.ended = now


def cancel_response(goals: list[GoalState], request: Any) -> Any:
    """Return the answer to a request to cancel, with the goals that it is about.

    An id without a time means that goal; a time means all goals accepted until then, and the
    goal of the id; neither means all goals.
    """
    response = message_class('action_msgs/srv/CancelGoal_Response')()
    asked = GoalState(request.goal_info)
    if asked.identity != _NO_ID and asked.accepted == 0:
        found = next((each for each in goals if each.identity == asked.identity), None)
        if found is None:
            response.return_code = response.ERROR_UNKNOWN_GOAL_ID
        elif not found.is_cancelable:
            response.return_code = response.ERROR_GOAL_TERMINATED
        else:
            response.goals_canceling.append(found.info)
        return response
    until = asked.accepted or _LAST_TIME
    response.goals_canceling = [
        each.info
        for each in goals
        if each.is_cancelable and (each.accepted <= until or each.identity == asked.identity)
    ]
    return response
