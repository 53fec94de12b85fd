"""Handles whose destruction waits until nobody uses them."""

from __future__ import annotations

import threading
from typing import Any

from rclpy._rclpy_pybind11 import InvalidHandle


class Destroyable:
    """Something that may be destroyed while other threads use it.

    `with handle:` keeps it alive inside; entering after its destruction was asked for raises
    InvalidHandle.
    """

    def __init__(self) -> None:
        self._uses = 0
        self._doomed = False
        self._use_lock = threading.Lock()

    def __enter__(self) -> Any:
        with self._use_lock:
            if self._doomed:
                raise InvalidHandle('cannot use Destroyable because destruction was requested')
            self._uses += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._use_lock:
            self._uses -= 1
            last = self._doomed and self._uses == 0
        if last:
            self._destroy()

    @property
    def pointer(self) -> int:
        """A number that tells handles apart."""
        return id(self)

    def destroy_when_not_in_use(self) -> None:
        """Destroy it now, or when the last user leaves.

        Raises:
            InvalidHandle: that was asked for before.
        """
        with self._use_lock:
            if self._doomed:
                raise InvalidHandle('cannot use Destroyable because destruction was requested')
            self._doomed = True
            now = self._uses == 0
        if now:
            self._destroy()

    def _destroy(self) -> None:
        """Free what it holds; subclasses say what."""
