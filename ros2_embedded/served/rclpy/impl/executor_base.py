"""What all executors have in common: nodes, tasks, and the wait for what is ready."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rclpy.exceptions import NotInitializedException
from rclpy.impl.executor_exceptions import (
    ConditionReachedException,
    ExternalShutdownException,
    ShutdownException,
    TimeoutException,
)
from rclpy.impl.run_entry import run_coroutine_entry, run_entry
from rclpy.impl.task_list import TaskList
from rclpy.impl.wait_list import WaitList
from rclpy.impl.waited import Entry
from rclpy.impl.work import is_coroutine_work
from rclpy.impl.work_tracker import WorkTracker
from rclpy.task import Future, Task, is_inside
from rclpy.utilities import get_default_context, timeout_sec_to_nsec

if TYPE_CHECKING:
    from rclpy.context import Context
    from rclpy.node import Node


class TimeoutObject:
    """A time-out that may be changed while it is used."""

    __module__ = 'rclpy.executors'

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout


class Executor:
    """Base of executors; one of your own defines `spin_once` with `wait_for_ready_callbacks`."""

    __module__ = 'rclpy.executors'

    def __init__(self, *, context: Context | None = None) -> None:
        self._context = get_default_context() if context is None else context
        if self._context.handle is None:
            raise NotInitializedException('cannot make an executor')
        self._nodes: set[Node] = set()
        self._nodes_lock = threading.RLock()
        self._tasks = TaskList()
        self._is_shutdown = False
        self._shutdown_lock = threading.Lock()
        self._work_tracker = WorkTracker()
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
        self._tasks.add(task)
        self._wait_list.wake()
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
        self.wake()
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
            if node.executor is not self:
                # Nobody told of what became of its entities meanwhile.
                self._wait_list.mark_changed()
            node.executor = self
        self._wait_list.wake()
        return True

    def remove_node(self, node: Node) -> None:
        """Stop running the callbacks of a node."""
        with self._nodes_lock:
            if node not in self._nodes:
                return
            self._nodes.remove(node)
        self._wait_list.wake()

    def wake(self) -> None:
        """Look around: an entity was made or destroyed, or may run again."""
        self._wait_list.mark_changed()

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
        future.add_done_callback(lambda _: self._wait_list.wake())
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
        future.add_done_callback(lambda _: self._wait_list.wake())
        self._spin_once_until_future_complete(future, timeout_sec)

    def _spin_once_until_future_complete(
        self, future: Future, timeout_sec: float | TimeoutObject | None = None
    ) -> None:
        raise NotImplementedError

    def can_execute(self, entity: Any) -> bool:
        """Whether a callback of an entity may start now."""
        return not entity._executor_event and entity.callback_group.can_execute(entity)

    def _release(self) -> None:
        """Wait again for entities that may run again, now that a callback ended."""
        self._wait_list.release(self.can_execute)

    def _make_handler(self, entry: Entry) -> Task:
        """Return the task that takes what an entity has and runs its callback."""
        entry.entity._executor_event = True
        if not is_coroutine_work(entry):
            return Task(run_entry, (entry, self), executor=self)
        task = Task(run_coroutine_entry, (entry, self), executor=self)
        self._tasks.add(task, entry.entity, entry.node)
        return task

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
            for task in self._tasks.pending(used):
                yielded = True
                yield task
            left = None if deadline is None else max(deadline - time.monotonic_ns(), 0)
            ready = self._wait_list.wait(used, left, self.can_execute)
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
