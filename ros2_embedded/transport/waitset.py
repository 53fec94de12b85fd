"""Waiting for data, status changes and wake-ups, without polling."""

from __future__ import annotations

import ctypes as ct
import threading
from collections.abc import Mapping
from typing import Any

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
        self._attached: dict[int, Any] = {}
        self._closing = threading.Lock()
        self.closed = False
        dds().dds_waitset_attach(self.handle, self._guard.handle, self._guard.handle)
        self._results = (ct.c_ssize_t * 16)()

    def attach(self, members: Mapping[int, Any]) -> None:
        """Wait for exactly these entities from now on.

        Args:
            members: what `wait` returns for each, by Cyclone's number of the entity.
        """
        library = dds()
        for handle in self._attached.keys() - members.keys():
            library.dds_waitset_detach(self.handle, handle)
        for handle in members.keys() - self._attached.keys():
            library.dds_waitset_attach(self.handle, handle, handle)
        self._attached = dict(members)
        if len(self._results) <= len(members):
            self._results = (ct.c_ssize_t * (2 * len(members)))()

    def wait(self, timeout: int | None) -> list[Any]:
        """Wait until an entity is ready, `wake` is called or time is up.

        Args:
            timeout: [ns]; None waits for ever.

        Returns:
            What `attach` was given for the ready entities; empty after `wake` or time-out.
        """
        duration = INFINITY if timeout is None else max(timeout, 0)
        count = dds().dds_waitset_wait(self.handle, self._results, len(self._results), duration)
        ready = []
        for handle in self._results[: max(count, 0)]:
            if handle == self._guard.handle:
                self._guard.clear()
            elif handle in self._attached:
                ready.append(self._attached[handle])
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
