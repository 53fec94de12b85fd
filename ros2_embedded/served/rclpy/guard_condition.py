"""Guard conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rclpy.impl.guard_handle import GuardHandle
from rclpy.utilities import get_default_context

if TYPE_CHECKING:
    from rclpy.callback_groups import CallbackGroup
    from rclpy.context import Context


class GuardCondition:
    """Calls a function in the executor after `trigger` was called in any thread.

    Make one with `Node.create_guard_condition`.
    """

    def __init__(
        self,
        callback: Callable[[], Any] | None,
        callback_group: CallbackGroup | None,
        context: Context | None = None,
    ) -> None:
        self._context = get_default_context() if context is None else context
        if self._context.handle is None:
            raise RuntimeError('Context must be initialized a GuardCondition can be created')
        self._handle = GuardHandle()
        self.callback = callback
        self.callback_group = callback_group
        self._executor_event = False

    def trigger(self) -> None:
        """Have the function called."""
        with self._handle:
            self._handle.trigger_guard_condition()

    @property
    def handle(self) -> GuardHandle:
        """The flag."""
        return self._handle

    def destroy(self) -> None:
        """Destroy it; use `Node.destroy_guard_condition` instead."""
        self._handle.destroy_when_not_in_use()
