"""LaunchContext class, what entities see and change while launching."""

from __future__ import annotations

import asyncio
import collections
import os
from collections.abc import Iterable, MutableMapping
from typing import Any

from . import logging
from .event import Event
from .event_handler import BaseEventHandler
from .substitution import Substitution


class _Locals:
    """Read-only view of the context's locals by attribute."""

    def __init__(self, values: dict[str, Any]) -> None:
        object.__setattr__(self, '_values', values)

    def __getattr__(self, key: str) -> Any:
        values = object.__getattribute__(self, '_values')
        if key not in values:
            raise AttributeError(
                f"context.locals does not contain attribute '{key}', "
                f'it contains: [{", ".join(values)}]'
            )
        return values[key]

    def __setattr__(self, key: str, value: Any) -> None:
        raise AttributeError(f"can't set attribute '{key}', locals are read-only")


class LaunchContext:
    """State of a launch system: configurations, environment, event queue and handlers."""

    def __init__(self, *, argv: Iterable[str] | None = None, noninteractive: bool = False) -> None:
        """Create a context.

        Args:
            argv: arguments that entities may read.
            noninteractive: no terminal is attached that would pass Ctrl-C on to the processes.
        """
        self.__argv = argv if argv is not None else []
        self.__noninteractive = noninteractive
        self._event_queue: asyncio.Queue[Event] = asyncio.Queue()
        self._event_handlers: collections.deque[BaseEventHandler] = collections.deque()
        self._completion_futures: list[asyncio.Future] = []
        self.__globals: dict[str, Any] = {}
        self.__locals: dict[str, Any] = {}
        self.__locals_stack: list[dict[str, Any]] = []
        self.__launch_configurations: dict[str, Any] = {}
        self.__launch_configurations_stack: list[dict[str, Any]] = []
        self.__environment_stack: list[dict[str, str]] = []
        self.__environment_at_start = dict(os.environ)
        self.__is_shutdown = False
        self.__asyncio_loop: asyncio.AbstractEventLoop | None = None
        self.__logger = logging.get_logger(__name__)

    @property
    def argv(self) -> Iterable[str]:
        """Arguments given to the launch service."""
        return self.__argv

    @property
    def noninteractive(self) -> bool:
        """Whether no terminal is attached."""
        return self.__noninteractive

    @property
    def is_shutdown(self) -> bool:
        """Whether shutting down has begun."""
        return self.__is_shutdown

    def _set_is_shutdown(self, state: bool) -> None:
        self.__is_shutdown = state

    @property
    def asyncio_loop(self) -> asyncio.AbstractEventLoop | None:
        """Loop that runs the launch service, None when it does not run."""
        return self.__asyncio_loop

    def _set_asyncio_loop(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self.__asyncio_loop = loop

    def add_completion_future(self, completion_future: asyncio.Future) -> None:
        """Make the launch service wait for the future before it is idle."""
        self._completion_futures.append(completion_future)

    @property
    def locals(self) -> _Locals:
        """Locals and globals by attribute, read-only."""
        return _Locals(self.get_locals_as_dict())

    def get_locals_as_dict(self) -> dict[str, Any]:
        """Return locals over globals as a dictionary."""
        return {**self.__globals, **self.__locals}

    def extend_globals(self, extensions: dict[str, Any]) -> None:
        """Add to the locals for good; locals of the same name hide globals."""
        self.__globals.update(extensions)

    def extend_locals(self, extensions: dict[str, Any]) -> None:
        """Add to the locals until they are popped."""
        self.__locals.update(extensions)

    def _push_locals(self) -> None:
        self.__locals_stack.append(dict(self.__locals))

    def _pop_locals(self) -> None:
        if not self.__locals_stack:
            raise RuntimeError('locals stack unexpectedly empty')
        self.__locals = self.__locals_stack.pop()

    @property
    def environment(self) -> MutableMapping[str, str]:
        """Environment variables of this process, which launched processes inherit."""
        return os.environ

    def _push_environment(self) -> None:
        self.__environment_stack.append(dict(os.environ))

    def _pop_environment(self) -> None:
        if not self.__environment_stack:
            raise RuntimeError('environment stack unexpectedly empty')
        self.__restore_environment(self.__environment_stack.pop())

    def _reset_environment(self) -> None:
        self.__restore_environment(self.__environment_at_start)

    @staticmethod
    def __restore_environment(environment: dict[str, str]) -> None:
        # os.environ also writes to the C environment, so it is changed, never replaced.
        os.environ.clear()
        os.environ.update(environment)

    @property
    def launch_configurations(self) -> dict[str, Any]:
        """Launch configurations by name; their values are text unless launch_ros put them."""
        return self.__launch_configurations

    def _push_launch_configurations(self) -> None:
        self.__launch_configurations_stack.append(self.__launch_configurations.copy())

    def _pop_launch_configurations(self) -> None:
        if not self.__launch_configurations_stack:
            raise RuntimeError('launch_configurations stack unexpectedly empty')
        self.__launch_configurations = self.__launch_configurations_stack.pop()

    def would_handle_event(self, event: Event) -> bool:
        """Tell whether any registered handler takes the event."""
        return any(handler.matches(event) for handler in self._event_handlers)

    def register_event_handler(
        self, event_handler: BaseEventHandler, append: bool = False
    ) -> None:
        """Register a handler, before the others unless `append`."""
        if append:
            self._event_handlers.append(event_handler)
        else:
            self._event_handlers.appendleft(event_handler)

    def unregister_event_handler(self, event_handler: BaseEventHandler) -> None:
        """Unregister a handler.

        Raises:
            ValueError: the handler is not registered.
        """
        self._event_handlers.remove(event_handler)

    def emit_event_sync(self, event: Event) -> None:
        """Queue an event from within the loop's thread."""
        self.__logger.debug(f"emitting event synchronously: '{event.name}'")
        self._event_queue.put_nowait(event)

    async def emit_event(self, event: Event) -> None:
        """Queue an event from a coroutine."""
        self.__logger.debug(f"emitting event: '{event.name}'")
        await self._event_queue.put(event)

    def perform_substitution(self, substitution: Substitution) -> str:
        """Return the text that stands for the substitution now."""
        return substitution.perform(self)
