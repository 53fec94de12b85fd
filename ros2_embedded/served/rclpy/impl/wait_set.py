"""The wait set that waitables add themselves to."""

from __future__ import annotations

from typing import Any

KINDS = ('subscription', 'guard_condition', 'timer', 'client', 'service', 'event')


class WaitSet:
    """Collects handles by kind, and knows afterwards which are ready.

    It waits for nothing itself: an executor adds `members` to what it waits for.
    """

    def __init__(self, *_: Any) -> None:
        self._handles: dict[str, list[Any]] = {kind: [] for kind in KINDS}
        self._ready: set[int] = set()

    def clear_entities(self) -> None:
        """Forget all handles."""
        for handles in self._handles.values():
            handles.clear()
        self._ready.clear()

    def _add(self, kind: str, handle: Any) -> int:
        self._handles[kind].append(handle)
        return len(self._handles[kind]) - 1

    def add_subscription(self, handle: Any) -> int:
        """Add a subscription; return its number."""
        return self._add('subscription', handle)

    def add_guard_condition(self, handle: Any) -> int:
        """Add a guard condition; return its number."""
        return self._add('guard_condition', handle)

    def add_timer(self, handle: Any) -> int:
        """Add a timer; return its number."""
        return self._add('timer', handle)

    def add_client(self, handle: Any) -> int:
        """Add a client; return its number."""
        return self._add('client', handle)

    def add_service(self, handle: Any) -> int:
        """Add a service; return its number."""
        return self._add('service', handle)

    def add_event(self, handle: Any) -> int:
        """Add a QoS event; return its number."""
        return self._add('event', handle)

    def members(self) -> dict[int, Any]:
        """Return the handles that Cyclone can wait for, by its numbers."""
        found: dict[int, Any] = {}
        for handle in self._handles['subscription']:
            found[handle.reader.condition] = handle
        for handle in (*self._handles['client'], *self._handles['service']):
            found[handle.side.reader.condition] = handle
        for handle in self._handles['guard_condition']:
            found[handle.guard.handle] = handle
        for handle in self._handles['event']:
            found[handle.endpoint.handle] = handle
        return found

    def timers(self) -> list[Any]:
        """Return the handles of timers."""
        return self._handles['timer']

    def set_ready(self, ready: set[int]) -> None:
        """Take in which of the members are ready, by Cyclone's numbers."""
        self._ready = {id(handle) for number, handle in self.members().items() if number in ready}
        self._ready |= {id(each) for each in self._handles['timer'] if each.is_ready()}
        for handle in self._handles['event']:
            if handle.is_ready():
                self._ready.add(id(handle))
            else:
                self._ready.discard(id(handle))
        for handle in self._handles['guard_condition']:
            if id(handle) in self._ready:
                handle.guard.clear()

    def is_ready(self, kind: str, index: int) -> bool:
        """Whether the entity of a kind and number is ready."""
        return id(self._handles[kind][index]) in self._ready

    def has_ready(self) -> bool:
        """Whether any of them is ready."""
        return bool(self._ready)

    def get_ready_entities(self, kind: str) -> list[int]:
        """Return the `pointer` of every ready entity of a kind."""
        return [each.pointer for each in self._handles[kind] if id(each) in self._ready]
