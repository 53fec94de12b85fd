"""OnProcessStart class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..events.process import ProcessStarted
from ..some_entities_type import SomeEntitiesType
from .on_action_event_base import EventFunction, OnActionEventBase

if TYPE_CHECKING:
    from ..actions import ExecuteProcess


class OnProcessStart(OnActionEventBase):
    """Handler of the start of a process."""

    def __init__(
        self,
        *,
        target_action: Callable[[ExecuteProcess], bool] | ExecuteProcess | None = None,
        on_start: SomeEntitiesType | EventFunction,
        **kwargs: Any,
    ) -> None:
        """Create a handler.

        Args:
            target_action: action of the process, matcher of actions, or None for all.
            on_start: entities to visit, or a function of event and context.
            kwargs: see `BaseEventHandler`.
        """
        from ..actions import ExecuteProcess

        super().__init__(
            action_matcher=target_action,
            on_event=on_start,
            target_event_cls=ProcessStarted,
            target_action_cls=ExecuteProcess,
            **kwargs,
        )
