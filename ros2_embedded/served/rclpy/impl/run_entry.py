"""Runs the callback of an entity: claims its group, takes what it has, gives the group back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rclpy.exceptions import InvalidHandle
from rclpy.impl.work import Work, take_work

if TYPE_CHECKING:
    from rclpy.executors import Executor
    from rclpy.impl.waited import Entry


def run_entry(entry: Entry, executor: Executor) -> None:
    """Run a plain callback."""
    if not _begin(entry.entity, executor):
        return
    try:
        work = _take(entry, executor)
        if work is not None:
            work()
    finally:
        _end(entry.entity, executor)


async def run_coroutine_entry(entry: Entry, executor: Executor) -> None:
    """Run a callback that may await something."""
    if not _begin(entry.entity, executor):
        return
    try:
        work = _take(entry, executor)
        if work is not None:
            await work()
    finally:
        _end(entry.entity, executor)


def _begin(entity: Any, executor: Executor) -> bool:
    """Claim the right to run a callback."""
    if not executor._is_shutdown and entity.callback_group.beginning_execution(entity):
        return True
    entity._executor_event = False
    executor._release()
    return False


def _take(entry: Entry, executor: Executor) -> Work | None:
    """Take what is ready, and let the entity be waited for again, where its group allows that."""
    entity = entry.entity
    try:
        return take_work(entry, executor)
    except InvalidHandle:
        # The entity was destroyed meanwhile.
        return None
    finally:
        entity._executor_event = False
        if entity.callback_group.can_execute(entity):
            executor._release()


def _end(entity: Any, executor: Executor) -> None:
    """Give the right back."""
    entity.callback_group.ending_execution(entity)
    executor._release()
