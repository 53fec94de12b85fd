"""A goal, as its server sees it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from action_msgs.msg import GoalStatus
from rclpy.impl.action_goals import GoalEvent, GoalState

if TYPE_CHECKING:
    from rclpy.action.server import ActionServer
    from unique_identifier_msgs.msg import UUID


class ServerGoalHandle:
    """An accepted goal, for the function that executes it."""

    def __init__(self, action_server: ActionServer, state: GoalState, goal_request: Any) -> None:
        self._action_server = action_server
        self._state = state
        self._goal_request = goal_request
        self._destroyed = False
        self._lock = threading.Lock()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ServerGoalHandle):
            return NotImplemented
        return self.goal_id == other.goal_id

    __hash__ = None

    @property
    def request(self) -> Any:
        """The goal."""
        return self._goal_request

    @property
    def goal_id(self) -> UUID:
        """Id of the goal."""
        return self._state.info.goal_id

    @property
    def is_active(self) -> bool:
        """Whether the goal has not ended."""
        with self._lock:
            return not self._destroyed and self._state.is_active

    @property
    def is_cancel_requested(self) -> bool:
        """Whether the goal is being cancelled."""
        return self.status == GoalStatus.STATUS_CANCELING

    @property
    def status(self) -> int:
        """State of the goal, as in action_msgs/msg/GoalStatus."""
        with self._lock:
            return GoalStatus.STATUS_UNKNOWN if self._destroyed else self._state.status

    def _update_state(self, event: GoalEvent) -> None:
        with self._lock:
            if self._destroyed:
                return
            self._action_server._update_goal(self._state, event)

    def execute(self, execute_callback: Callable[[ServerGoalHandle], Any] | None = None) -> None:
        """Have the executor execute the goal, with another function where one is given."""
        # A goal may be cancelled before its execution; the function is to deal with that.
        if not self.is_cancel_requested:
            self._update_state(GoalEvent.EXECUTE)
        self._action_server.notify_execute(self, execute_callback)

    def publish_feedback(self, feedback: Any) -> None:
        """Send feedback.

        Raises:
            TypeError: it is of another type.
        """
        action_type = self._action_server.action_type
        if not isinstance(feedback, action_type.Feedback):
            raise TypeError
        with self._lock:
            if not self._destroyed:
                self._action_server._publish_feedback(
                    action_type.Impl.FeedbackMessage(goal_id=self.goal_id, feedback=feedback)
                )

    def succeed(self) -> None:
        """End the goal as reached.

        Raises:
            RCLError: it cannot end so in its state.
        """
        self._update_state(GoalEvent.SUCCEED)

    def abort(self) -> None:
        """End the goal as not reached; see `succeed`."""
        self._update_state(GoalEvent.ABORT)

    def canceled(self) -> None:
        """End the goal as cancelled; see `succeed`."""
        self._update_state(GoalEvent.CANCELED)

    def destroy(self) -> None:
        """Let go of the goal."""
        with self._lock:
            self._destroyed = True
