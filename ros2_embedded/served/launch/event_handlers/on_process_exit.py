"""OnProcessExit class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..events.process import ProcessExited
from ..some_entities_type import SomeEntitiesType
from .on_action_event_base import EventFunction, OnActionEventBase

if TYPE_CHECKING:
    from ..actions import ExecuteLocal


class OnProcessExit(OnActionEventBase):
    """Handler of the end of a process."""

    def __init__(
        self,
        *,
        target_action: Callable[[ExecuteLocal], bool] | ExecuteLocal | None = None,
        on_exit: SomeEntitiesType | EventFunction,
        **kwargs: Any,
    ) -> None:
        """Create a handler.

        Args:
            target_action: action of the process, matcher of actions, or None for all.
            on_exit: entities to visit, or a function of event and context.
            kwargs: see `BaseEventHandler`.
        """
        from ..actions import ExecuteLocal

        super().__init__(
            action_matcher=target_action,
            on_event=on_exit,
            target_event_cls=ProcessExited,
            target_action_cls=ExecuteLocal,
            **kwargs,
        )
