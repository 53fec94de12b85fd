"""What an executor waits for, kept between waits.

The list is built when entities come and go. An entity that is ready and may not run, as it was
handed out or its callback group is busy, is parked: nobody waits for it until a callback ends.
So a callback costs a look at what is parked, not a look at every entity.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from rclpy.impl.signal_handling import waiting
from rclpy.impl.waited import Entry, by_order, entries_of

from ros2_embedded.transport.waitset import WaitSet

if TYPE_CHECKING:
    from rclpy.node import Node

# No wait is longer, so that the executor can look after what piles up [ns].
_LONGEST_WAIT = 30 * 10**9
_NEVER = 1 << 63

MayRun = Callable[[Any], bool]


class WaitList:
    """Waits for the entities of nodes.

    One thread waits at a time; all else may be called from every thread.

    Attributes:
        closed: it was let go of.
    """

    def __init__(self) -> None:
        self._waitset: WaitSet | None = None
        # Of what is waited for and what is parked. Whether an entity may run is asked inside,
        # and the user's answer may come back here.
        self._lock = threading.RLock()
        self._changed = True
        self._interrupted = False
        self._is_waiting = False
        self._nodes: list[Node] = []
        self._by_handle: dict[int, list[Entry]] = {}
        self._timed: list[Entry] = []
        self._varying: list[Entry] = []
        self._found: list[Entry] = []
        # When the wait that is under way or planned ends by itself, by the monotonic clock [ns].
        self._ends = 0
        self._parked: dict[Entry, None] = {}
        self.closed = False

    def mark_changed(self) -> None:
        """End a wait, and look at the entities of all nodes before the next one."""
        self._changed = True
        self.wake()

    def wake(self) -> None:
        """End a wait that is under way, or about to begin."""
        with self._lock:
            self._interrupted = True
            if self._is_waiting and self._waitset is not None:
                self._waitset.wake()

    def close(self) -> None:
        """Let go of all."""
        with self._lock:
            self.closed = True
            if self._waitset is not None:
                self._waitset.close()

    def _open(self) -> WaitSet:
        with self._lock:
            if self._waitset is None:
                self._waitset = WaitSet()
            return self._waitset

    def wait(self, nodes: list[Node], timeout: int | None, may_run: MayRun) -> list[Entry]:
        """Wait until an entity is ready, `wake` is called or time is up.

        Args:
            nodes: whose entities.
            timeout: [ns], None for ever.
            may_run: whether an entity may run now; others are not waited for.

        Returns:
            The ready entities in order of execution.
        """
        waitset = self._waitset or self._open()
        if self._changed or nodes != self._nodes:
            self._changed = False
            self._build(nodes, may_run, waitset)
        else:
            for entry in self._found:
                if not may_run(entry.entity):
                    self._park(entry, may_run)
        for entry in self._varying:
            self._ask_again(entry, may_run)
        self._ends = _NEVER
        until_timer = self._until_timer(may_run)
        if until_timer is not None:
            timeout = until_timer if timeout is None else min(timeout, until_timer)
        timeout = _LONGEST_WAIT if timeout is None else min(timeout, _LONGEST_WAIT)
        began = time.monotonic_ns()
        with self._lock:
            self._ends = began + timeout
            # The caller has yet to look at what an interruption is about: wait for nothing.
            self._is_waiting = not self._interrupted
            self._interrupted = False
        if not self._is_waiting:
            timeout = 0
        try:
            ready = waiting(lambda: waitset.wait(timeout))
        finally:
            self._is_waiting = False
        is_timer_due = until_timer is not None and time.monotonic_ns() - began >= until_timer
        self._found = self._collect(ready, is_timer_due, may_run)
        return self._found

    def _build(self, nodes: list[Node], may_run: MayRun, waitset: WaitSet) -> None:
        entries = list(entries_of(nodes))
        with self._lock:
            self._nodes = list(nodes)
            self._by_handle, self._parked, self._found = {}, {}, []
            self._timed = [entry for entry in entries if entry.timers]
            self._varying = [entry for entry in entries if entry.varies]
            for entry in entries:
                for handle in entry.handles:
                    self._by_handle.setdefault(handle, []).append(entry)
            waitset.attach(self._by_handle)
            for timer in _timers(entries):
                timer.clock.wake_on_jump(self)
        for entry in entries:
            if not may_run(entry.entity):
                self._park(entry, may_run)

    def _ask_again(self, entry: Entry, may_run: MayRun) -> None:
        """Ask a waitable what it waits for this time."""
        if entry.is_parked or (not may_run(entry.entity) and self._park(entry, may_run)):
            return
        with self._lock:
            before = entry.handles
            entry.ask()
            for handle in before:
                if handle not in entry.handles:
                    self._by_handle[handle].remove(entry)
                    self._let_go([handle])
            for handle in entry.handles:
                if handle not in before:
                    self._by_handle.setdefault(handle, []).append(entry)
            self._hold(entry.handles)
            if entry.timers and entry not in self._timed:
                self._timed.append(entry)
        for timer in entry.timers:
            timer.clock.wake_on_jump(self)

    def _park(self, entry: Entry, may_run: MayRun) -> bool:
        """Wait no more for an entity that may not run; return whether that is still so."""
        with self._lock:
            entry.is_parked = True
            self._parked[entry] = None
            # Whoever ends a callback looks at what is parked after that: now, one of us sees it.
            if may_run(entry.entity):
                entry.is_parked = False
                del self._parked[entry]
                return False
            self._let_go(entry.handles)
            return True

    def release(self, may_run: MayRun) -> None:
        """Wait again for what is parked and may run by now; to be called when a callback ends."""
        if not self._parked:
            return
        with self._lock:
            for entry in [each for each in self._parked if may_run(each.entity)]:
                entry.is_parked = False
                del self._parked[entry]
                self._hold(entry.handles)
                if entry.varies or self._is_due_sooner(entry):
                    self.wake()

    def _is_due_sooner(self, entry: Entry) -> bool:
        """Whether a timer is due before the wait that is under way ends by itself."""
        left = entry.until_due() if entry.timers else None
        return left is not None and time.monotonic_ns() + left < self._ends

    def _hold(self, handles: Iterable[int]) -> None:
        for handle in handles:
            self._waitset.add(handle)

    def _let_go(self, handles: Iterable[int]) -> None:
        """Wait no more for Cyclone's entities that only what is parked waits for."""
        for handle in handles:
            if all(entry.is_parked for entry in self._by_handle.get(handle, ())):
                self._waitset.remove(handle)

    def _until_timer(self, may_run: MayRun) -> int | None:
        """Return the time until the next timer is due [ns], None without one."""
        soonest: int | None = None
        for entry in self._timed:
            left = entry.until_due(entry.is_parked)
            if left is None or (soonest is not None and left >= soonest):
                continue
            if left <= 0 and not may_run(entry.entity) and self._park(entry, may_run):
                left = entry.until_due(after_next=True)
                if left is None or left <= 0:
                    # It is late already, and `release` will tell of it.
                    continue
            soonest = left if soonest is None else min(left, soonest)
        return soonest

    def _collect(self, ready: list[int], is_timer_due: bool, may_run: MayRun) -> list[Entry]:
        candidates = {entry for handle in ready for entry in self._by_handle.get(handle, ())}
        candidates.update(self._varying)
        if is_timer_due:
            candidates.update(entry for entry in self._timed if entry.is_due())
        if not candidates:
            return []
        numbers = set(ready)
        return [
            entry
            for entry in (sorted(candidates, key=by_order) if len(candidates) > 1 else candidates)
            if not entry.is_parked
            and (may_run(entry.entity) or not self._park(entry, may_run))
            and entry.is_ready(numbers)
        ]


def _timers(entries: Iterable[Entry]) -> Iterable[Any]:
    return (timer for entry in entries for timer in entry.timers)
