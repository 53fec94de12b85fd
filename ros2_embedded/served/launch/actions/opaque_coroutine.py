"""OpaqueCoroutine action."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from ..action import Action
from ..event import Event
from ..event_handlers import OnShutdown
from ..launch_context import LaunchContext
from ..utilities import ensure_argument_type


class OpaqueCoroutine(Action):
    """Run a coroutine in the loop of the launch service; shutting down cancels it."""

    def __init__(
        self,
        *,
        coroutine: Callable[..., Awaitable[None]],
        args: Iterable[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        ignore_context: bool = False,
        **left_over_kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            coroutine: coroutine function, of the launch context and the arguments.
            args: arguments by position.
            kwargs: arguments by name.
            ignore_context: call it without the launch context.
            left_over_kwargs: see `Action`.

        Raises:
            TypeError: an argument is of another kind.
        """
        super().__init__(**left_over_kwargs)
        if not inspect.iscoroutinefunction(coroutine):
            raise TypeError(
                "OpaqueCoroutine expected a coroutine function for 'coroutine', "
                f"got '{type(coroutine)}'"
            )
        ensure_argument_type(args, (Iterable, type(None)), 'args', 'OpaqueCoroutine')
        ensure_argument_type(kwargs, (dict, type(None)), 'kwargs', 'OpaqueCoroutine')
        ensure_argument_type(ignore_context, bool, 'ignore_context', 'OpaqueCoroutine')
        self.__coroutine = coroutine
        self.__args = list(args or ())
        self.__kwargs = dict(kwargs or {})
        self.__ignore_context = ignore_context
        self.__future: asyncio.Task[None] | None = None

    def execute(self, context: LaunchContext) -> None:
        """Start the coroutine."""
        first = [] if self.__ignore_context else [context]
        self.__future = context.asyncio_loop.create_task(
            self.__coroutine(*first, *self.__args, **self.__kwargs)
        )
        context.register_event_handler(OnShutdown(on_shutdown=self.__on_shutdown))

    def __on_shutdown(self, event: Event, context: LaunchContext) -> None:
        if self.__future is not None:
            self.__future.cancel()

    def get_asyncio_future(self) -> asyncio.Future | None:
        """Return a future that is done when the coroutine is."""
        return self.__future
