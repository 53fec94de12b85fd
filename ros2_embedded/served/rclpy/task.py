"""Results that come later, and work that an executor does."""

from __future__ import annotations

import inspect
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Coroutine, Generator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from rclpy.executors import Executor

T = TypeVar('T')


# The executors whose tasks the current thread is in, the innermost last.
_inside = threading.local()


def is_inside(executor: Executor) -> bool:
    """Whether the caller runs in a task of an executor."""
    return executor in getattr(_inside, 'executors', ())


def _asyncio_runs() -> bool:
    """Whether this thread is in an event loop; asyncio is not imported for the question."""
    asyncio = sys.modules.get('asyncio')
    return asyncio is not None and asyncio._get_running_loop() is not None


def _no_executor() -> None:
    """Stand for a weak reference whose object is gone."""


class Future(Generic[T]):
    """A result that comes later."""

    def __init__(self, *, executor: Executor | None = None) -> None:
        self._done = False
        self._cancelled = False
        self._result: T | None = None
        self._exception: BaseException | None = None
        self._exception_fetched = False
        self._callbacks: list[Callable[[Future[T]], None]] = []
        # Wait lists of executors with a task that awaits this.
        self._sleepers: list[Any] = []
        self._lock = threading.Lock()
        self._executor: Callable[[], Executor | None] = _no_executor
        self._set_executor(executor)

    def __del__(self) -> None:
        if self._exception is not None and not self._exception_fetched:
            print(
                f'The following exception was never retrieved: {self._exception}',
                file=sys.stderr,
            )

    def __await__(self) -> Generator[Future[T] | None, None, T | None]:
        while not self._done:
            # Our tasks are told what they wait for; those of asyncio accept None alone.
            yield None if _asyncio_runs() else self
        return self.result()

    def cancel(self) -> None:
        """Ask for the end of the work, where it is not done already."""
        with self._lock:
            if not self._done:
                self._cancelled = True
        self._schedule_or_invoke_done_callbacks()

    def cancelled(self) -> bool:
        """Whether `cancel` came before the result."""
        return self._cancelled

    def done(self) -> bool:
        """Whether there is a result or an exception."""
        return self._done

    def result(self) -> T | None:
        """Return the result, None where there is none yet; raise the exception if one was set."""
        exception = self.exception()
        if exception:
            raise exception
        return self._result

    def exception(self) -> BaseException | None:
        """Return the exception, or None."""
        self._exception_fetched = True
        return self._exception

    def set_result(self, result: T) -> None:
        """Set the result and run the done callbacks."""
        with self._lock:
            self._result = result
            self._done = True
            self._cancelled = False
        self._schedule_or_invoke_done_callbacks()

    def set_exception(self, exception: BaseException) -> None:
        """Set an exception as the outcome and run the done callbacks."""
        with self._lock:
            self._exception = exception
            self._exception_fetched = False
            self._done = True
            self._cancelled = False
        self._schedule_or_invoke_done_callbacks()

    def _schedule_or_invoke_done_callbacks(self) -> None:
        """Run the callbacks in the executor, or here where there is none."""
        with self._lock:
            executor = self._executor()
            callbacks, self._callbacks = self._callbacks, []
            sleepers, self._sleepers = self._sleepers, []
        for sleeper in sleepers:
            sleeper.wake()
        for callback in callbacks:
            if executor is not None:
                executor.create_task(callback, self)
                continue
            self._invoke(callback)

    def _invoke(self, callback: Callable[[Future[T]], None]) -> None:
        try:
            callback(self)
        except Exception as error:  # a callback of the user's must not hide the result
            warnings.warn(f'Unhandled exception in done callback: {error}', stacklevel=4)

    def _set_executor(self, executor: Executor | None) -> None:
        with self._lock:
            self._executor = _no_executor if executor is None else weakref.ref(executor)

    def _wake_when_done(self, sleeper: Any) -> None:
        """Call `sleeper.wake()` as soon as there is an outcome, whichever thread sets it."""
        with self._lock:
            if not self._done:
                if sleeper not in self._sleepers:
                    self._sleepers.append(sleeper)
                return
        sleeper.wake()

    def add_done_callback(self, callback: Callable[[Future[T]], None]) -> None:
        """Call `callback(future)` when there is an outcome; now, if there is one already."""
        executor = None
        with self._lock:
            if not self._done:
                self._callbacks.append(callback)
                return
            executor = self._executor()
        if executor is not None:
            executor.create_task(callback, self)
        else:
            callback(self)


class Task(Future[T]):
    """A function or coroutine that an executor runs; its outcome is the future's."""

    def __init__(
        self,
        handler: Callable[..., T] | Coroutine[Any, Any, T],
        args: tuple | list | None = None,
        kwargs: dict[str, Any] | None = None,
        executor: Executor | None = None,
    ) -> None:
        super().__init__(executor=executor)
        self._args = args or ()
        self._kwargs = kwargs or {}
        if inspect.iscoroutinefunction(handler):
            handler = handler(*self._args, **self._kwargs)
        self._handler: Any = handler
        self._executing = False
        self._queued = False  # for a thread of the executor's pool
        self._awaited: Future | None = None
        self._task_lock = threading.Lock()

    def __call__(self) -> None:
        """Run the function, or the coroutine up to its next await."""
        if self._done or self._executing or not self._task_lock.acquire(blocking=False):
            return
        outer = getattr(_inside, 'executors', ())
        executor = self._executor()
        _inside.executors = (*outer, executor)
        try:
            if not self._done:
                self._executing = True
                # Whatever has `create_task` may stand in for an executor.
                with getattr(executor, '_work_tracker', None) or nullcontext():
                    self._run()
        finally:
            _inside.executors = outer
            self._executing = False
            self._task_lock.release()

    def _run(self) -> None:
        try:
            if inspect.iscoroutine(self._handler):
                try:
                    awaited = self._handler.send(None)
                except StopIteration as end:
                    result = end.value
                else:
                    executor = self._executor()
                    self._awaited = awaited if isinstance(awaited, Future) else None
                    if self._awaited is not None and executor is not None:
                        self._awaited._wake_when_done(getattr(executor, '_wait_list', executor))
                    return
            else:
                result = self._handler(*self._args, **self._kwargs)
        except Exception as error:  # it is the outcome, whatever it is
            self._complete_task()
            self.set_exception(error)
            return
        except BaseException as error:  # Ctrl-C, which is for whoever spins: they may spin again
            self._complete_task()
            self.set_exception(error)
            self._exception_fetched = True
            raise
        self._complete_task()
        self.set_result(result)

    def _complete_task(self) -> None:
        """Let go of what the outcome does not need."""
        self._handler, self._args, self._kwargs = None, (), {}

    def executing(self) -> bool:
        """Whether a thread runs it right now."""
        return self._executing

    def _can_go_on(self) -> bool:
        """Whether an executor that runs it now gets it any further."""
        if self._done or self._executing or self._queued:
            return False
        return self._awaited is None or self._awaited.done()
