"""Drives the blocks of an evaluation in workers, until they are done or somebody ends it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

from policy_nodes.commands.evaluation_progress import Block, EvaluationProgress
from policy_nodes.evaluation.workers import Driver, Finished, WorkerError, Workers

INTERRUPTED, FAILED = 130, 1  # exit status


class End(NamedTuple):
    """How it ended.

    Attributes:
        status: exit status.
        early: why not everything was driven; empty where it was.
    """

    status: int
    early: str


def drive(
    make_driver: Callable[[], Driver[Any, Any]],
    blocks: Sequence[Block],
    workers: int,
    add: Callable[[Any, Any], None],
    progress: EvaluationProgress,
) -> End:
    """Drive all blocks; Ctrl-C and SIGTERM end it, and what is complete by then is kept.

    Args:
        make_driver: makes the driver in each worker.
        blocks: in the order in which they are begun.
        workers: processes at most.
        add: told each complete block with its result.
        progress: to show it on.
    """
    try:
        with (
            _terminated_like_interrupted(),
            progress,
            Workers(make_driver, min(workers, len(blocks))) as pool,
        ):
            for event in pool.run(blocks):
                if isinstance(event, Finished):
                    add(event.block, event.result)
                    progress.finish(event.block)
                else:
                    progress.advance(event)
    except KeyboardInterrupt:
        return End(INTERRUPTED, 'interrupted')
    except WorkerError as error:
        return End(FAILED, str(error))
    return End(0, '')


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM end the evaluation as Ctrl-C does."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def deaf() -> Iterator[None]:
    """Ignore Ctrl-C for a moment."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
