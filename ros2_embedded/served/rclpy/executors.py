"""Executors: they run the callbacks of nodes."""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from rclpy.impl.executor_base import Executor, TimeoutObject
from rclpy.impl.executor_exceptions import (
    ConditionReachedException,
    ExternalShutdownException,
    ShutdownException,
    TimeoutException,
)
from rclpy.impl.thread_pool import ThreadPool
from rclpy.task import Future, Task, is_inside

if TYPE_CHECKING:
    from rclpy.context import Context

__all__ = [
    'ConditionReachedException',
    'Executor',
    'ExternalShutdownException',
    'MultiThreadedExecutor',
    'ShutdownException',
    'SingleThreadedExecutor',
    'TimeoutException',
    'TimeoutObject',
    'await_or_execute',
]


async def await_or_execute(callback: Callable[..., Any], *args: Any) -> Any:
    """Call a function, or await a coroutine function."""
    if inspect.iscoroutinefunction(callback):
        return await callback(*args)
    return callback(*args)


class SingleThreadedExecutor(Executor):
    """Runs callbacks in the thread that spins."""

    def _spin_once_impl(
        self,
        timeout_sec: float | TimeoutObject | None = None,
        wait_condition: Callable[[], bool] = lambda: False,
    ) -> None:
        try:
            handler, _, _ = self.wait_for_ready_callbacks(timeout_sec, None, wait_condition)
        except (ShutdownException, TimeoutException, ConditionReachedException):
            return
        handler()
        exception = handler.exception()
        if exception is not None:
            raise exception

    def spin_once(self, timeout_sec: float | None = None) -> None:
        """Wait for one callback and run it; at most so long [s], None or negative for ever."""
        self._spin_once_impl(timeout_sec)

    def _spin_once_until_future_complete(
        self, future: Future, timeout_sec: float | TimeoutObject | None = None
    ) -> None:
        self._spin_once_impl(timeout_sec, future.done)


class MultiThreadedExecutor(Executor):
    """Runs callbacks in a pool of threads."""

    def __init__(self, num_threads: int | None = None, *, context: Context | None = None) -> None:
        """Make a pool.

        Args:
            num_threads: threads; as many as the process may use processors where it is None.
            context: the default one where it is None.
        """
        super().__init__(context=context)
        if num_threads is None:
            affinity = getattr(os, 'sched_getaffinity', None)
            num_threads = (len(affinity(0)) if affinity else os.cpu_count()) or 2
        if num_threads == 1:
            warnings.warn(
                'MultiThreadedExecutor is used with a single thread.\n'
                'Use the SingleThreadedExecutor instead.',
                stacklevel=2,
            )
        self._futures: list[Task] = []
        self._failed = False
        self._executor = ThreadPool(num_threads)

    def _spin_once_impl(
        self,
        timeout_sec: float | TimeoutObject | None = None,
        wait_condition: Callable[[], bool] = lambda: False,
    ) -> None:
        try:
            handler, _, _ = self.wait_for_ready_callbacks(
                timeout_sec, None, lambda: self._failed or wait_condition()
            )
        except (
            ExternalShutdownException,
            ShutdownException,
            TimeoutException,
            ConditionReachedException,
        ):
            self._raise_what_failed()
            return
        handler._queued = True
        try:
            self._executor.submit(partial(self._run_in_pool, handler))
        except RuntimeError:
            if not self._is_shutdown:
                raise
            # Another thread shut the pool down since the wait.
            return
        self._futures.append(handler)
        self._raise_what_failed()

    def _run_in_pool(self, handler: Task) -> None:
        try:
            handler()
        finally:
            handler._queued = False
        if handler.done() and handler._exception is not None:
            # The thread that spins must raise it.
            self._failed = True
            self._wait_list.wake()
        elif handler._can_go_on():
            # What it awaits came while it still counted as queued.
            self._wait_list.wake()

    def _raise_what_failed(self) -> None:
        self._failed = False
        for future in [each for each in self._futures if each.done()]:
            self._futures.remove(future)
            future.result()

    def spin_once(self, timeout_sec: float | None = None) -> None:
        """Wait for one callback and hand it to the pool; see `SingleThreadedExecutor`."""
        self._spin_once_impl(timeout_sec)

    def _spin_once_until_future_complete(
        self, future: Future, timeout_sec: float | TimeoutObject | None = None
    ) -> None:
        self._spin_once_impl(timeout_sec, future.done)

    def shutdown(self, timeout_sec: float | None = None, *, wait_for_threads: bool = True) -> bool:
        """Start no more callbacks, wait for those in progress, and for the threads if asked."""
        success = super().shutdown(timeout_sec)
        self._executor.shutdown(wait=wait_for_threads and not is_inside(self))
        return success
