"""OnProcessIO class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..events.process import ProcessIO
from ..some_entities_type import SomeEntitiesType
from .on_action_event_base import OnActionEventBase

if TYPE_CHECKING:
    from ..actions import ExecuteLocal
    from ..launch_context import LaunchContext

IOFunction = Callable[[ProcessIO], 'SomeEntitiesType | None']


class OnProcessIO(OnActionEventBase):
    """Handler of the input and output of a process."""

    def __init__(
        self,
        *,
        target_action: Callable[[ExecuteLocal], bool] | ExecuteLocal | None = None,
        on_stdin: IOFunction | None = None,
        on_stdout: IOFunction | None = None,
        on_stderr: IOFunction | None = None,
        **kwargs: Any,
    ) -> None:
        """Create a handler.

        Args:
            target_action: action of the process, matcher of actions, or None for all.
            on_stdin: function of the event of bytes for standard input.
            on_stdout: function of the event of bytes from standard output.
            on_stderr: function of the event of bytes from standard error.
            kwargs: see `BaseEventHandler`.
        """
        from ..actions import ExecuteLocal

        def handle(event: ProcessIO, _: LaunchContext) -> SomeEntitiesType | None:
            function = (
                on_stdout if event.from_stdout else on_stderr if event.from_stderr else on_stdin
            )
            return None if function is None else function(event)

        super().__init__(
            action_matcher=target_action,
            on_event=handle,
            target_event_cls=ProcessIO,
            target_action_cls=ExecuteLocal,
            **kwargs,
        )
