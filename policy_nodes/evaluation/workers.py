"""Processes that drive blocks of episodes, one torch thread each."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

OnDone = Callable[[int, int], None]


class Block(Protocol):
    """A unit of work; it goes to another process and back."""

    @property
    def place(self) -> str:
        """Which it is, in words."""


B = TypeVar('B', bound=Block)
R = TypeVar('R')


class Driver(Protocol[B, R]):
    """Drives one block after another; what comes out depends on the block alone."""

    def drive(self, block: B, on_done: OnDone) -> R:
        """Drive a block to its end; `on_done` is told how many ended, how many succeeded."""


class WorkerError(RuntimeError):
    """A worker ended or failed; the sentence says at which block."""


@dataclass(frozen=True)
class Advance(Generic[B]):
    """Episodes of a block that ended just now.

    Attributes:
        block: they belong to.
        done: how many.
        succeeded: how many of them at the goal.
    """

    block: B
    done: int
    succeeded: int


@dataclass(frozen=True)
class Finished(Generic[B, R]):
    """A block that is complete.

    Attributes:
        block: which.
        result: what came out.
    """

    block: B
    result: R


@dataclass(frozen=True)
class _Failed:
    sentence: str


class Workers(Generic[B, R]):
    """A pool that gives each worker its next block when it asks for one.

    Use it as a context: leaving it ends the workers, whatever they are doing.
    """

    def __init__(self, make_driver: Callable[[], Driver[B, R]], count: int) -> None:
        """Start the workers; to be called in the main thread.

        Args:
            make_driver: makes the driver in each worker, for example a `functools.partial`; it
                goes to other processes.
            count: of workers, at least 1.
        """
        self._workers: dict[Connection, BaseProcess] = {}
        context = multiprocessing.get_context('spawn')
        # An interrupt from the terminal goes to every process; workers leave it to this one. What
        # is ignored stays ignored in a new process, so there is no moment at which it could
        # reach them.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            for number in range(count):
                here, there = context.Pipe()
                worker = context.Process(
                    target=_work, args=(there, make_driver), name=f'worker {number}', daemon=True
                )
                worker.start()
                there.close()
                self._workers[here] = worker
        finally:
            signal.signal(signal.SIGINT, before)

    def __enter__(self) -> Workers[B, R]:
        """Give the pool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers."""
        self.close()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that run."""
        return [worker.pid for worker in self._workers.values() if worker.pid is not None]

    def run(self, blocks: Sequence[B]) -> Iterator[Advance[B] | Finished[B, R]]:
        """Drive all blocks; what happens is told as it happens, in no certain order.

        Raises:
            WorkerError: a worker failed or was killed.
        """
        waiting = iter(blocks)
        busy: dict[Connection, B] = {}

        def feed(pipe: Connection) -> None:
            block = next(waiting, None)
            if block is not None:
                busy[pipe] = block
                with suppress(BrokenPipeError, ConnectionResetError):  # found below as an end
                    pipe.send(block)

        for pipe in self._workers:
            feed(pipe)
        while busy:
            ready: list[Any] = wait(list(busy))
            for pipe in ready:
                event = self._receive(pipe, busy[pipe])
                if isinstance(event, Finished):
                    del busy[pipe]
                    feed(pipe)
                yield event

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        for worker in self._workers.values():
            worker.kill()  # they own nothing that would have to be put away
        for pipe, worker in self._workers.items():
            worker.join()
            pipe.close()
        self._workers = {}

    def _receive(self, pipe: Connection, block: B) -> Advance[B] | Finished[B, R]:
        try:
            event = pipe.recv()
        except (EOFError, ConnectionResetError) as error:
            worker = self._workers[pipe]
            worker.join()
            raise WorkerError(
                f'{worker.name} ended with status {worker.exitcode} at {block.place}; if memory '
                'ran out, give fewer --workers'
            ) from error
        if isinstance(event, _Failed):
            raise WorkerError(f'{block.place}: {event.sentence}')
        return event


def _work(pipe: Connection, make_driver: Callable[[], Driver[Any, Any]]) -> None:
    """Drive blocks until the other end closes."""
    import torch

    torch.set_num_threads(1)
    driver = make_driver()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            block = pipe.recv()

            def tell(done: int, succeeded: int, block: Any = block) -> None:
                pipe.send(Advance(block, done, succeeded))

            try:
                result = driver.drive(block, tell)
            except (BrokenPipeError, ConnectionResetError):
                return
            except Exception as error:  # it has to reach the user, whatever it is
                pipe.send(_Failed(f'{type(error).__name__}: {error}'))
                return
            pipe.send(Finished(block, result))
