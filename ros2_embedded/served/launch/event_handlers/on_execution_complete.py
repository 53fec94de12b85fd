"""OnExecutionComplete class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..action import Action
from ..events import ExecutionComplete
from ..some_entities_type import SomeEntitiesType
from .on_action_event_base import EventFunction, OnActionEventBase


class OnExecutionComplete(OnActionEventBase):
    """Handler of the completion of an action."""

    def __init__(
        self,
        *,
        target_action: Callable[[Action], bool] | Action | None = None,
        on_completion: SomeEntitiesType | EventFunction,
        **kwargs: Any,
    ) -> None:
        """Create a handler.

        Args:
            target_action: action, matcher of actions, or None for all.
            on_completion: entities to visit, or a function of event and context.
            kwargs: see `BaseEventHandler`.
        """
        super().__init__(
            action_matcher=target_action,
            on_event=on_completion,
            target_event_cls=ExecutionComplete,
            target_action_cls=Action,
            **kwargs,
        )
