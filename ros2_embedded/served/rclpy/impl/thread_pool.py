"""Threads that run callbacks."""

from __future__ import annotations

import atexit
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

_open: weakref.WeakSet[ThreadPool] = weakref.WeakSet()


class ThreadPool:
    """Runs functions in threads, which are started as they are needed.

    It keeps no results, which makes it twice as fast as the pool of concurrent.futures. Functions
    that run when the interpreter ends are waited for, as there.
    """

    def __init__(self, max_workers: int) -> None:
        """Make a pool.

        Raises:
            ValueError: there would be no thread.
        """
        if max_workers < 1:
            raise ValueError('max_workers must be greater than 0')
        self._max_workers = max_workers
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        # As many entries as threads have nothing to do; adding and removing one is atomic.
        self._idle: list[None] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._is_shutdown = False
        # Where nobody has the pool any more, the threads end without being waited for.
        self._end = weakref.finalize(self, _end, self._queue, self._threads)
        self._end.atexit = False
        _open.add(self)

    def submit(self, work: Callable[[], None]) -> None:
        """Have a function run.

        Raises:
            RuntimeError: the pool was shut down.
        """
        with self._lock:
            if self._is_shutdown:
                raise RuntimeError('the pool of threads was shut down')
            try:
                self._idle.pop()
            except IndexError:
                if len(self._threads) < self._max_workers:
                    self._start()
            self._queue.put(work)

    def _start(self) -> None:
        name = f'callbacks {len(self._threads)}'
        thread = threading.Thread(
            target=_serve, args=(self._queue, self._idle), name=name, daemon=True
        )
        thread.start()
        self._threads.append(thread)

    def shutdown(self, wait: bool = True) -> None:
        """Take no more work; wait for what there is, where that is asked for."""
        with self._lock:
            if not self._is_shutdown:
                self._is_shutdown = True
                # The finalizer calls nothing any more when the interpreter ends.
                self._end.detach()
                _end(self._queue, self._threads)
        if wait:
            for thread in self._threads:
                if thread is not threading.current_thread():
                    thread.join()


def _serve(queue: SimpleQueue[Callable[[], None] | None], idle: list[None]) -> None:
    while (work := queue.get()) is not None:
        # Its task keeps the exception, also a KeyboardInterrupt, for the thread that spins.
        with suppress(BaseException):
            work()
        del work
        idle.append(None)


def _end(queue: SimpleQueue[Callable[[], None] | None], threads: list[threading.Thread]) -> None:
    for _ in threads:
        queue.put(None)


@atexit.register
def shutdown_all() -> None:
    """Let all that runs in pools come to its end before the interpreter does."""
    for pool in list(_open):
        pool.shutdown()
