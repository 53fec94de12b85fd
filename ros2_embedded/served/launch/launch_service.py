"""LaunchService class, which runs launch descriptions."""

from __future__ import annotations

import asyncio
import collections.abc
import contextlib
import logging as python_logging
import threading
import traceback
from collections.abc import Coroutine, Iterable
from typing import Any

from . import logging
from ._processes.signals import handle_signals
from .event import Event
from .event_handlers import OnIncludeLaunchDescription, OnShutdown
from .events import IncludeLaunchDescription, Shutdown
from .launch_context import LaunchContext
from .launch_description import LaunchDescription
from .launch_description_entity import LaunchDescriptionEntity
from .some_entities_type import SomeEntitiesType
from .utilities import is_a_subclass, visit_all_entities_and_collect_futures


class LaunchService:
    """Visits launch descriptions, handles events, and stays until all is over.

    SIGINT, SIGTERM and SIGHUP bring everything down in order, with exit code 0. (ROS 2's launch
    leaves its processes running on SIGTERM.)
    """

    def __init__(
        self,
        *,
        argv: Iterable[str] | None = None,
        noninteractive: bool = False,
        debug: bool = False,
    ) -> None:
        """Create a launch service.

        Args:
            argv: arguments that entities may read.
            noninteractive: no terminal is attached that would pass Ctrl-C on to the processes.
            debug: log at level DEBUG, and run the event loop in its debug mode.
        """
        logging.launch_config.level = python_logging.DEBUG if debug else python_logging.INFO
        self.__debug = debug
        self.__logger = logging.get_logger('launch')
        self.__context = LaunchContext(argv=argv, noninteractive=noninteractive)
        self.__context.register_event_handler(OnIncludeLaunchDescription())
        self.__context.register_event_handler(OnShutdown(on_shutdown=self.__on_shutdown))
        self.__futures: list[asyncio.Future] = []
        self.__loop: asyncio.AbstractEventLoop | None = None
        self.__loop_lock = threading.RLock()
        self.__task: asyncio.Task | None = None
        self.__shutting_down = False
        self.__interrupted = False

    @property
    def context(self) -> LaunchContext:
        """The launch context."""
        return self.__context

    @property
    def event_loop(self) -> asyncio.AbstractEventLoop | None:
        """Loop that the service runs in, None when it does not run."""
        return self.__loop

    @property
    def task(self) -> asyncio.Task | None:
        """Task that the service runs in, None before it has run."""
        return self.__task

    def emit_event(self, event: Event) -> None:
        """Emit an event, from any thread."""
        with self.__loop_lock:
            loop = self.__loop
            if loop is None:
                self.__context.emit_event_sync(event)
                return
        if _running_loop() is loop:
            self.__context.emit_event_sync(event)
        else:
            asyncio.run_coroutine_threadsafe(self.__context.emit_event(event), loop).result()

    def include_launch_description(self, launch_description: LaunchDescription) -> None:
        """Launch a description, before running or while it runs; from any thread."""
        self.emit_event(IncludeLaunchDescription(launch_description))

    def run(self, *, shutdown_when_idle: bool = True) -> int:
        """Run in a loop of its own until the system has shut down.

        Args:
            shutdown_when_idle: shut down when nothing is left to wait for.

        Returns:
            exit code: 0, or 1 after an exception.

        Raises:
            RuntimeError: called outside of the main thread, or from within a running loop.
        """
        return asyncio.run(
            self.run_async(shutdown_when_idle=shutdown_when_idle), debug=self.__debug or None
        )

    async def run_async(self, *, shutdown_when_idle: bool = True) -> int:
        """Run in the loop of the caller until the system has shut down.

        Args:
            shutdown_when_idle: shut down when nothing is left to wait for.

        Returns:
            exit code: 0, or 1 after an exception.

        Raises:
            RuntimeError: called outside of the main thread, or while the service runs.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError('LaunchService can only be run in the main thread.')
        with self.__prepared_loop():
            logging.log_launch_config(logger=self.__logger)
            return await self.__process_events(shutdown_when_idle)

    @contextlib.contextmanager
    def __prepared_loop(self) -> Any:
        loop = asyncio.get_running_loop()
        with self.__loop_lock:
            if self.__loop is not None:
                raise RuntimeError('LaunchService cannot be run multiple times concurrently.')
            self.__loop = loop
            self.__context._set_asyncio_loop(loop)
            self.__adopt_events()
        self.__task = asyncio.current_task()
        try:
            with handle_signals(loop, self.__on_interrupt, self.__on_quit):
                yield
        finally:
            with self.__loop_lock:
                self.__context._set_asyncio_loop(None)
                self.__loop = None
                self.__shutting_down = False
                self.__interrupted = False

    def __adopt_events(self) -> None:
        # A queue belongs to the loop that it was first waited for in.
        queue: asyncio.Queue[Event] = asyncio.Queue()
        while not self.__context._event_queue.empty():
            queue.put_nowait(self.__context._event_queue.get_nowait())
        self.__context._event_queue = queue

    async def __process_events(self, shutdown_when_idle: bool) -> int:
        return_code = 0
        event_task: asyncio.Task | None = None
        while True:
            try:
                waiting = self.__pending_futures()
                if not waiting and self.__context._event_queue.empty():
                    if self.__shutting_down:
                        break
                    if shutdown_when_idle:
                        self.__begin_shutdown(reason='idle')
                        continue
                if event_task is None or event_task.done():
                    event_task = asyncio.ensure_future(self.__process_one_event())
                waiting.append(event_task)
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                self.__raise_first_exception(done)
            except asyncio.CancelledError:
                self.__logger.error('run task was canceled')
                return_code = 1
                break
            except Exception as error:  # whatever the author's entities raise
                message = f'Caught exception in launch (see debug for traceback): {error}'
                self.__logger.debug(traceback.format_exc())
                self.__logger.error(message)
                self.__begin_shutdown(reason=message)
                return_code = 1
        if event_task is not None:
            event_task.cancel()
        return return_code

    def __pending_futures(self) -> list[asyncio.Future]:
        self.__futures += self.__context._completion_futures
        self.__context._completion_futures.clear()
        # One that is done by now may hold an exception, which waiting for it brings up.
        return list(self.__futures)

    def __raise_first_exception(self, done: set[asyncio.Future]) -> None:
        self.__futures = [future for future in self.__futures if future not in done]
        errors = [
            future.exception()
            for future in done
            if not future.cancelled() and future.exception() is not None
        ]
        for error in errors[1:]:
            self.__logger.error(error)
        if errors:
            raise errors[0]

    async def __process_one_event(self) -> None:
        event = await self.__context._event_queue.get()
        self.__logger.debug(f"processing event: '{event}'")
        for event_handler in tuple(self.__context._event_handlers):
            if not event_handler.matches(event):
                continue
            self.__logger.debug(f"processing event: '{event}' ✓ '{event_handler}'")
            self.__context._push_locals()
            try:
                self.__visit(event_handler.handle(event, self.__context))
            finally:
                self.__context._pop_locals()

    def __visit(self, entities: SomeEntitiesType | None) -> None:
        if not isinstance(entities, collections.abc.Iterable):
            entities = (entities,)
        for entity in entities:
            if entity is None:
                continue
            if not is_a_subclass(entity, LaunchDescriptionEntity):
                raise RuntimeError(
                    f"expected a LaunchDescriptionEntity from event_handler, got '{entity}'"
                )
            pairs = visit_all_entities_and_collect_futures(entity, self.__context)
            self.__futures += [future for _, future in pairs]

    def __on_interrupt(self, name: str) -> None:
        text = f'user interrupted with {name}'
        if self.__interrupted:
            self.__logger.warning(f'{text} again, ignoring...')
            return
        self.__interrupted = True
        self.__logger.warning(text)
        self.__begin_shutdown(reason=name, due_to_sigint='SIGINT' in name)

    def __on_quit(self, name: str) -> None:
        self.__logger.error(f'user interrupted with {name}, terminating...')
        self.__logger.error('processes that are still running are ended when this one has ended')
        self.__task.cancel()

    def __on_shutdown(self, event: Event, context: LaunchContext) -> None:
        self.__shutting_down = True
        context._set_is_shutdown(True)

    def __begin_shutdown(self, *, reason: str, due_to_sigint: bool = False) -> None:
        if not self.__shutting_down:
            self.__context.emit_event_sync(Shutdown(reason=reason, due_to_sigint=due_to_sigint))
        self.__shutting_down = True
        self.__context._set_is_shutdown(True)

    def shutdown(self, force_sync: bool = False) -> Coroutine[Any, Any, None] | None:
        """Shut down if the service runs, from any thread.

        Args:
            force_sync: within the loop's thread, emit the event at once and return None.

        Returns:
            within the loop's thread, also while the loop rests, a coroutine to await, else None.
        """
        with self.__loop_lock:
            loop = self.__loop
        if loop is None:
            return None
        reason = 'LaunchService.shutdown() called'
        if _running_loop() is not loop and loop.is_running():
            loop.call_soon_threadsafe(lambda: self.__begin_shutdown(reason=reason))
            return None
        self.__begin_shutdown(reason=reason)
        return None if force_sync else asyncio.sleep(0)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
