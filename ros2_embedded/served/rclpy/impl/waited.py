"""What an executor waits for: the entities of a node, and which of Cyclone's entities wake it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rclpy.impl.wait_set import WaitSet

if TYPE_CHECKING:
    from rclpy.node import Node


@dataclass(eq=False, slots=True)
class Entry:
    """An entity that an executor can run.

    Attributes:
        order: place in the order of execution.
        kind: timer, subscription, guard, client, service or waitable.
        entity: the entity.
        node: its node.
        handles: Cyclone's numbers of what can wake for it.
        timers: what counts the periods of a timer, or of the timers of a waitable.
        wait_set: what a waitable waits for.
        is_parked: it may not run now, and nobody waits for it.
        known_callback: the callback that was looked at, as the user may replace it.
        awaits: whether that is a coroutine function.
    """

    order: int
    kind: str
    entity: Any
    node: Node
    handles: tuple[int, ...] = ()
    timers: tuple[Any, ...] = ()
    wait_set: WaitSet | None = None
    is_parked: bool = False
    known_callback: Any = None
    awaits: bool = False

    @property
    def varies(self) -> bool:
        """Whether it may wait for something else the next time: a waitable of a user's."""
        return self.kind == 'waitable' and not getattr(self.entity, 'waits_for_the_same', False)

    def ask(self) -> None:
        """Ask a waitable what it waits for."""
        self.wait_set = WaitSet()
        self.entity.add_to_wait_set(self.wait_set)
        self.handles = tuple(self.wait_set.members())
        self.timers = tuple(self.wait_set.timers())

    def until_due(self, after_next: bool = False) -> int | None:
        """Return the time until its next timer is due [ns], None where none will be.

        Args:
            after_next: those that are due are about to be called: count one period more.
        """
        soonest: int | None = None
        for timer in self.timers:
            left = timer.until_next()
            if left is None:
                continue
            if after_next and left <= 0:
                left += timer.period
            # Simulated time does not pass by itself; its jumps wake the executor.
            if left > 0 and timer.clock.active:
                continue
            if soonest is None or left < soonest:
                soonest = left
        return soonest

    def is_due(self) -> bool:
        """Whether one of its timers is due."""
        return any(timer.is_ready() for timer in self.timers)

    def is_ready(self, ready: set[int]) -> bool:
        """Whether a waitable has something to do, where these numbers of Cyclone's are ready."""
        if self.kind != 'waitable':
            return True
        if self.wait_set is None:
            return False
        self.wait_set.set_ready(ready)
        return self.entity.is_ready(self.wait_set)


def entries_of(nodes: list[Node]) -> Iterator[Entry]:
    """Yield the entities of nodes in rclpy's order; waitables that vary are yet to be asked."""
    order = 0
    for node in nodes:
        for kind, entity, handles in _waited(node):
            order += 1
            entry = Entry(order, kind, entity, node, handles)
            if kind == 'timer':
                entry.timers = (entity.handle,)
            elif kind == 'waitable' and not entry.varies:
                entry.ask()
            yield entry


def _waited(node: Node) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    """Yield kind, entity and Cyclone's number of what can wake for it."""
    for entity in list(node.waitables):
        yield 'waitable', entity, ()
    for entity in list(node.timers):
        yield 'timer', entity, ()
    for entity in list(node.subscriptions):
        yield 'subscription', entity, (entity.handle.reader.condition,)
    for entity in list(node.guards):
        yield 'guard', entity, (entity.handle.guard.handle,)
    for entity in list(node.clients):
        yield 'client', entity, (entity.handle.side.reader.condition,)
    for entity in list(node.services):
        yield 'service', entity, (entity.handle.side.reader.condition,)


def by_order(entry: Entry) -> tuple[bool, int]:
    """Sort key of execution: waitables first, then all in rclpy's order."""
    return entry.kind != 'waitable', entry.order
