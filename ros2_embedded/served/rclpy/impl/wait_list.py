"""What an executor waits for: the entities of its nodes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from rclpy.impl.signal_handling import waiting
from rclpy.impl.wait_set import WaitSet

from ros2_embedded.transport import waitset as transport

if TYPE_CHECKING:
    from rclpy.node import Node

# No wait is longer, so that the executor can look after what piles up [ns].
_LONGEST_WAIT = 30 * 10**9


class Entry(NamedTuple):
    """An entity that an executor can run.

    Attributes:
        order: place in the order of execution.
        kind: timer, subscription, guard, client, service or waitable.
        entity: the entity.
        node: its node.
    """

    order: int
    kind: str
    entity: Any
    node: Node


class WaitList:
    """Waits for the entities of nodes, and is rebuilt only when they change."""

    def __init__(self) -> None:
        self._waitset: transport.WaitSet | None = None
        self._lock = threading.Lock()
        self._changed = True
        self._interrupted = False
        self._is_waiting = False
        self._nodes: list[Node] = []
        self._entries: dict[int, list[Entry]] = {}
        self._timers: list[Entry] = []
        self._waitables: list[tuple[Entry, WaitSet]] = []
        self._always_rebuild = False
        # How often the list was built.
        self.builds = 0
        self.closed = False

    def wake(self) -> None:
        """End a wait, and look at the entities again before the next one."""
        self._changed = True
        self.interrupt()

    def interrupt(self) -> None:
        """End a wait that is under way, or about to begin."""
        with self._lock:
            self._interrupted = True
            if self._is_waiting and self._waitset is not None:
                self._waitset.wake()

    def mark_changed(self) -> None:
        """Look at the entities again before the next wait."""
        self._changed = True

    def close(self) -> None:
        """Let go of all."""
        with self._lock:
            self.closed = True
            if self._waitset is not None:
                self._waitset.close()

    def _open(self) -> transport.WaitSet:
        with self._lock:
            if self._waitset is None:
                self._waitset = transport.WaitSet()
            return self._waitset

    def wait(
        self,
        nodes: list[Node],
        timeout: int | None,
        can_execute: Callable[[Any], bool],
        executor: Any,
    ) -> list[Entry]:
        """Wait until an entity is ready, `wake` is called or time is up.

        Args:
            nodes: whose entities.
            timeout: [ns], None for ever.
            can_execute: whether an entity may run now; others are not waited for.
            executor: whom clocks wake when simulated time moves.

        Returns:
            The ready entities in order of execution.
        """
        waitset = self._open()
        if self._changed or self._always_rebuild or nodes != self._nodes:
            self._changed = False
            self._build(nodes, can_execute, executor)
            waitset.attach({handle: handle for handle in self._entries})
        until_timer = self._until_timer()
        if until_timer is not None:
            timeout = until_timer if timeout is None else min(timeout, until_timer)
        timeout = _LONGEST_WAIT if timeout is None else min(timeout, _LONGEST_WAIT)
        with self._lock:
            # The caller has yet to look at what an interruption is about: wait for nothing.
            self._is_waiting = not self._interrupted
            self._interrupted = False
        if not self._is_waiting:
            timeout = 0
        try:
            ready = waiting(lambda: waitset.wait(timeout))
        finally:
            with self._lock:
                self._is_waiting = False
        return self._collect(set(ready))

    def _build(self, nodes: list[Node], can_execute: Callable[[Any], bool], executor: Any) -> None:
        self.builds += 1
        self._nodes = list(nodes)
        self._entries, self._timers, self._waitables = {}, [], []
        self._always_rebuild = False
        order = 0
        for node in nodes:
            for kind, entity, handle in _waited(node):
                order += 1
                if not can_execute(entity):
                    continue
                entry = Entry(order, kind, entity, node)
                if kind == 'timer':
                    self._timers.append(entry)
                    entity.clock.handle.wake_on_jump(executor)
                elif kind == 'waitable':
                    self._add_waitable(entry, executor)
                else:
                    self._entries.setdefault(handle, []).append(entry)

    def _add_waitable(self, entry: Entry, executor: Any) -> None:
        wait_set = WaitSet()
        entry.entity.add_to_wait_set(wait_set)
        self._waitables.append((entry, wait_set))
        # A waitable of a user's may add something else the next time.
        self._always_rebuild |= not getattr(entry.entity, 'waits_for_the_same', False)
        for timer in wait_set.timers():
            timer.clock.wake_on_jump(executor)
        for handle in wait_set.members():
            self._entries.setdefault(handle, []).append(entry)

    def _until_timer(self) -> int | None:
        """Return the time until the next timer is due [ns], None without one."""
        soonest: int | None = None
        handles = [entry.entity.handle for entry in self._timers]
        handles += [timer for _, wait_set in self._waitables for timer in wait_set.timers()]
        for handle in handles:
            left = handle.until_next()
            # Simulated time does not pass by itself; its jumps wake the executor.
            if left is None or (left > 0 and handle.clock.active):
                continue
            if soonest is None or left < soonest:
                soonest = left
        return soonest

    def _collect(self, ready: set[int]) -> list[Entry]:
        found: list[Entry] = []
        for entry, wait_set in self._waitables:
            late = any(timer.is_ready() for timer in wait_set.timers())
            if late or self._always_rebuild or not ready.isdisjoint(wait_set.members()):
                wait_set.set_ready(ready)
                if entry.entity.is_ready(wait_set):
                    found.append(entry)
        found += [entry for entry in self._timers if entry.entity.handle.is_ready()]
        for handle in ready:
            found += [e for e in self._entries.get(handle, ()) if e.kind != 'waitable']
        found.sort(key=_by_order)
        return found


def _by_order(entry: Entry) -> tuple[bool, int]:
    return entry.kind != 'waitable', entry.order


def _waited(node: Node) -> Iterator[tuple[str, Any, int]]:
    """Yield kind, entity and Cyclone's number of what can wake for it, in rclpy's order."""
    for entity in list(node.waitables):
        yield 'waitable', entity, 0
    for entity in list(node.timers):
        yield 'timer', entity, 0
    for entity in list(node.subscriptions):
        yield 'subscription', entity, entity.handle.reader.condition
    for entity in list(node.guards):
        yield 'guard', entity, entity.handle.guard.handle
    for entity in list(node.clients):
        yield 'client', entity, entity.handle.side.reader.condition
    for entity in list(node.services):
        yield 'service', entity, entity.handle.side.reader.condition
