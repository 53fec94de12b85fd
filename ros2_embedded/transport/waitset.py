"""Waiting for data, status changes and wake-ups, without polling."""

from __future__ import annotations

import ctypes as ct
import threading
from collections.abc import Iterable

from ros2_embedded.transport.library import CYCLONEDDS_HANDLE, INFINITY, checked, dds


class Guard:
    """A flag that wakes wait sets; safe to set from any thread."""

    def __init__(self) -> None:
        self.handle = checked(
            dds().dds_create_guardcondition(CYCLONEDDS_HANDLE), 'Creating a guard condition'
        )
        self.closed = False

    def set(self) -> None:
        """Raise the flag."""
        if not self.closed:
            dds().dds_set_guardcondition(self.handle, True)

    def clear(self) -> bool:
        """Lower the flag; return whether it was raised."""
        raised = ct.c_bool()
        if not self.closed:
            dds().dds_take_guardcondition(self.handle, ct.byref(raised))
        return raised.value

    def close(self) -> None:
        """Delete the flag."""
        if not self.closed:
            self.closed = True
            dds().dds_delete(self.handle)


class WaitSet:
    """Waits for any of a changing set of entities.

    One thread may wait at a time; `wake` may be called from every thread.
    """

    def __init__(self) -> None:
        self.handle = checked(dds().dds_create_waitset(CYCLONEDDS_HANDLE), 'Creating a wait set')
        self._guard = Guard()
        self._attached: set[int] = set()
        self._closing = threading.Lock()
        self.closed = False
        dds().dds_waitset_attach(self.handle, self._guard.handle, self._guard.handle)
        self._results = (ct.c_ssize_t * 16)()

    def attach(self, handles: Iterable[int]) -> None:
        """Wait for exactly these entities from now on, by Cyclone's numbers."""
        wanted = set(handles)
        for handle in self._attached - wanted:
            self.remove(handle)
        for handle in wanted:
            self.add(handle)

    def add(self, handle: int) -> None:
        """Wait for one entity more; a wait that is under way counts it in."""
        if handle not in self._attached:
            self._attached.add(handle)
            dds().dds_waitset_attach(self.handle, handle, handle)

    def remove(self, handle: int) -> None:
        """Wait for an entity no longer."""
        if handle in self._attached:
            self._attached.remove(handle)
            dds().dds_waitset_detach(self.handle, handle)

    def wait(self, timeout: int | None) -> list[int]:
        """Wait until an entity is ready, `wake` is called or time is up.

        Args:
            timeout: [ns]; None waits for ever.

        Returns:
            Cyclone's numbers of those that are ready; empty after `wake` or time-out.
        """
        duration = INFINITY if timeout is None else max(timeout, 0)
        if len(self._results) <= len(self._attached):
            self._results = (ct.c_ssize_t * (2 * len(self._attached)))()
        results = self._results
        count = dds().dds_waitset_wait(self.handle, results, len(results), duration)
        ready = results[: max(count, 0)]
        if self._guard.handle in ready:
            self._guard.clear()
            ready.remove(self._guard.handle)
        return ready

    def wake(self) -> None:
        """End the wait of another thread, or the next one."""
        self._guard.set()

    def close(self) -> None:
        """Delete the wait set."""
        with self._closing:
            if not self.closed:
                self.closed = True
                dds().dds_delete(self.handle)
                self._guard.close()
