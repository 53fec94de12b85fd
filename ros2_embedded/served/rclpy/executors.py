"""Executors: they run the callbacks of nodes."""

from __future__ import annotations

import inspect
import os
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from rclpy.exceptions import InvalidHandle, NotInitializedException
from rclpy.impl.wait_list import Entry, WaitList
from rclpy.impl.work import is_coroutine_work, take_work
from rclpy.task import Future, Task, is_inside
from rclpy.utilities import get_default_context, timeout_sec_to_nsec

if TYPE_CHECKING:
    from rclpy.context import Context
    from rclpy.node import Node

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


class TimeoutException(Exception):  # noqa: N818  (rclpy's names, all through this file)
    """Time is up."""


class ShutdownException(Exception):  # noqa: N818
    """The executor was shut down."""


class ExternalShutdownException(Exception):  # noqa: N818
    """The context was shut down."""


class ConditionReachedException(Exception):  # noqa: N818
    """What was waited for is there."""


class TimeoutObject:
    """A time-out that may be changed while it is used."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout


class _WorkTracker:
    """Counts the callbacks that run right now; a coroutine that awaits something does not."""

    def __init__(self) -> None:
        self._executing = 0
        self._condition = threading.Condition()

    def __enter__(self) -> None:
        with self._condition:
            self._executing += 1

    def __exit__(self, *_: object) -> None:
        with self._condition:
            self._executing -= 1
            self._condition.notify_all()

    def wait(self, timeout_sec: float | None = None) -> bool:
        """Wait until nothing is in progress; return False when time is up."""
        if timeout_sec is not None and timeout_sec < 0:
            timeout_sec = None
        with self._condition:
            return self._condition.wait_for(lambda: self._executing == 0, timeout_sec)


class Executor:
    """Base of executors; one of your own defines `spin_once` with `wait_for_ready_callbacks`."""

    # Whether callbacks run in other threads than the one that waits.
    _parallel = False

    def __init__(self, *, context: Context | None = None) -> None:
        self._context = get_default_context() if context is None else context
        if self._context.handle is None:
            raise NotInitializedException('cannot make an executor')
        self._nodes: set[Node] = set()
        self._nodes_lock = threading.RLock()
        # Tasks and coroutines in progress, with their entity and node; the newest goes first.
        self._tasks: list[tuple[Task, Any, Node | None]] = []
        self._tasks_lock = threading.Lock()
        self._is_shutdown = False
        self._shutdown_lock = threading.Lock()
        self._work_tracker = _WorkTracker()
        self._wait_list = WaitList()
        weakref.finalize(self, self._wait_list.close)
        # The callbacks that are ready and not yet handed out.
        self._ready: Iterator[tuple[Task, Any, Node | None]] | None = None
        self._last_args: Any = None
        self._context.handle.wake_on_shutdown(self)

    @property
    def context(self) -> Context:
        """The context that it belongs to."""
        return self._context

    def create_task(self, callback: Any, *args: Any, **kwargs: Any) -> Task:
        """Run a function or coroutine while spinning; return its future."""
        task = Task(callback, args, kwargs, executor=self)
        with self._tasks_lock:
            self._tasks.append((task, None, None))
        self._wait_list.interrupt()
        return task

    def shutdown(self, timeout_sec: float | None = None) -> bool:
        """Start no more callbacks and wait for those in progress; not inside a callback.

        A coroutine that awaits something is never resumed, and not waited for.

        Args:
            timeout_sec: at most so long [s]; None or negative for ever.

        Returns:
            Whether all ended in time.
        """
        with self._shutdown_lock:
            first, self._is_shutdown = not self._is_shutdown, True
        self._wait_list.wake()
        if first and not is_inside(self) and not self._work_tracker.wait(timeout_sec):
            return False
        with self._nodes_lock:
            self._nodes = set()
        self._ready = None
        return True

    def add_node(self, node: Node) -> bool:
        """Run the callbacks of a node; return False where it does already."""
        with self._nodes_lock:
            if node in self._nodes:
                return False
            self._nodes.add(node)
            node.executor = self
        self._wait_list.interrupt()
        return True

    def remove_node(self, node: Node) -> None:
        """Stop running the callbacks of a node."""
        with self._nodes_lock:
            if node not in self._nodes:
                return
            self._nodes.remove(node)
        self._wait_list.interrupt()

    def wake(self) -> None:
        """Look around: an entity was made or destroyed, or may run again."""
        self._wait_list.wake()

    def get_nodes(self) -> list[Node]:
        """Return the nodes whose callbacks it runs."""
        with self._nodes_lock:
            return list(self._nodes)

    def spin(self) -> None:
        """Run callbacks until the context or the executor is shut down."""
        while self._context.ok() and not self._is_shutdown:
            self.spin_once()

    def spin_until_future_complete(self, future: Future, timeout_sec: float | None = None) -> None:
        """Run callbacks until a future is done, or time is up [s]."""
        future.add_done_callback(lambda _: self._wait_list.interrupt())
        if timeout_sec is None or timeout_sec < 0:
            while self._context.ok() and not future.done() and not self._is_shutdown:
                self._spin_once_until_future_complete(future, timeout_sec)
            return
        end = time.monotonic() + timeout_sec
        left = TimeoutObject(timeout_sec)
        while self._context.ok() and not future.done() and not self._is_shutdown:
            self._spin_once_until_future_complete(future, left)
            left.timeout = end - time.monotonic()
            if left.timeout <= 0:
                return

    def spin_once(self, timeout_sec: float | None = None) -> None:
        """Wait for one callback and run it; at most so long [s], None or negative for ever."""
        raise NotImplementedError

    def spin_once_until_future_complete(
        self, future: Future, timeout_sec: float | TimeoutObject | None = None
    ) -> None:
        """Wait for one callback and run it, unless a future is done before."""
        future.add_done_callback(lambda _: self._wait_list.interrupt())
        self._spin_once_until_future_complete(future, timeout_sec)

    def _spin_once_until_future_complete(
        self, future: Future, timeout_sec: float | TimeoutObject | None = None
    ) -> None:
        raise NotImplementedError

    def can_execute(self, entity: Any) -> bool:
        """Whether a callback of an entity may start now."""
        return not entity._executor_event and entity.callback_group.can_execute(entity)

    def _make_handler(self, entry: Entry) -> Task:
        """Return the task that takes what an entity has and runs its callback."""
        entry.entity._executor_event = True
        if not is_coroutine_work(entry):
            return Task(self._run_entry, (entry,), executor=self)
        task = Task(self._run_coroutine_entry, (entry,), executor=self)
        with self._tasks_lock:
            self._tasks.append((task, entry.entity, entry.node))
        return task

    def _begin(self, entity: Any) -> bool:
        """Claim the right to run a callback."""
        if self._is_shutdown or not entity.callback_group.beginning_execution(entity):
            entity._executor_event = False
            self._entity_changed()
            return False
        return True

    def _taken(self, entity: Any) -> None:
        """Let an entity be waited for again, now that its data is taken."""
        entity._executor_event = False
        if self._parallel and entity.callback_group.can_execute(entity):
            self._entity_changed()

    def _entity_changed(self) -> None:
        """Look at the entities again before the next wait; in this thread, that is enough."""
        self._wait_list.mark_changed()

    def _run_entry(self, entry: Entry) -> None:
        """Run a plain callback. Where nobody looked meanwhile, nothing has changed after it."""
        entity = entry.entity
        builds = self._wait_list.builds
        if not self._begin(entity):
            return
        try:
            work = _take(entry, self, entity)
            self._taken(entity)
            if work is not None:
                work()
        finally:
            entity.callback_group.ending_execution(entity)
            if self._parallel or self._wait_list.builds != builds:
                self._entity_changed()

    async def _run_coroutine_entry(self, entry: Entry) -> None:
        entity = entry.entity
        if not self._begin(entity):
            return
        try:
            work = _take(entry, self, entity)
            self._taken(entity)
            if work is not None:
                await work()
        finally:
            entity.callback_group.ending_execution(entity)
            self.wake()

    def _wait_for_ready_callbacks(
        self,
        timeout_sec: float | TimeoutObject | None = None,
        nodes: list[Node] | None = None,
        condition: Callable[[], bool] = lambda: False,
    ) -> Iterator[tuple[Task, Any, Node | None]]:
        """Yield callbacks that are ready to run, with their entity and node."""
        seconds = timeout_sec.timeout if isinstance(timeout_sec, TimeoutObject) else timeout_sec
        limit = timeout_sec_to_nsec(seconds)
        deadline = None if limit < 0 else time.monotonic_ns() + limit
        yielded = False
        while not yielded and not self._is_shutdown and not condition():
            used = self.get_nodes() if nodes is None else nodes
            for task in self._pending_tasks(used):
                yielded = True
                yield task
            left = None if deadline is None else max(deadline - time.monotonic_ns(), 0)
            ready = self._wait_list.wait(used, left, self.can_execute, self)
            if self._is_shutdown:
                raise ShutdownException
            if not self._context.ok():
                raise ExternalShutdownException
            handed_out = False
            for entry in ready:
                if self._may_run(entry):
                    handed_out = yielded = True
                    yield self._make_handler(entry), entry.entity, entry.node
            if ready and not handed_out:
                # All of them are busy in other threads, which say when that is over. Waiting for
                # them as well would return at once, again and again.
                self._wait_list.mark_changed()
            if deadline is not None and not yielded and time.monotonic_ns() >= deadline:
                raise TimeoutException
        if self._is_shutdown:
            raise ShutdownException
        if condition():
            raise ConditionReachedException

    def _may_run(self, entry: Entry) -> bool:
        """Whether a ready entity is still ready, after others ran."""
        if not self.can_execute(entry.entity):
            return False
        return entry.kind != 'timer' or entry.entity.handle.is_ready()

    def _pending_tasks(self, nodes: list[Node]) -> list[tuple[Task, Any, Node | None]]:
        with self._tasks_lock:
            self._tasks = [each for each in self._tasks if not each[0].done()]
            return [
                (task, entity, node)
                for task, entity, node in reversed(self._tasks)
                if task._can_go_on() and (node is None or node in nodes)
            ]

    def wait_for_ready_callbacks(self, *args: Any, **kwargs: Any) -> tuple[Task, Any, Node | None]:
        """Return one callback that is ready to run, with its entity and node.

        Args:
            *args: timeout_sec, nodes (all where None), condition that ends the wait.
            **kwargs: the same by name.

        Raises:
            TimeoutException, ShutdownException, ExternalShutdownException,
            ConditionReachedException: see there.
        """
        while True:
            ready = self._ready  # another thread may spin, and forget it meanwhile
            if ready is None or self._last_args != (args, kwargs):
                self._last_args = (args, kwargs)
                ready = self._ready = self._wait_for_ready_callbacks(*args, **kwargs)
            try:
                return next(ready)
            except StopIteration:
                self._ready = None
            except BaseException:
                self._ready = None
                raise

    def __enter__(self) -> Executor:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()


def _take(entry: Entry, executor: Executor, entity: Any) -> Callable[[], Any] | None:
    try:
        return take_work(entry, executor)
    except InvalidHandle:
        # The entity was destroyed meanwhile.
        return None


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

    _parallel = True

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
        self._executor = ThreadPoolExecutor(num_threads)

    def _entity_changed(self) -> None:
        # Another thread waits.
        self.wake()

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
            self._executor.submit(self._run_in_pool, handler)
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
            self.wake()
        elif handler._can_go_on():
            # What it awaits came while it still counted as queued.
            self.wake()

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
