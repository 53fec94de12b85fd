"""What a clock measures with, and who is told when it jumps."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rclpy._rclpy_pybind11 import ClockChange, ClockType
from rclpy.impl.destroyable import Destroyable

_CHANGES = (ClockChange.ROS_TIME_ACTIVATED, ClockChange.ROS_TIME_DEACTIVATED)


@dataclass(frozen=True)
class JumpListener:
    """Someone to tell about jumps.

    Attributes:
        on_clock_change: tell when the source of time changes.
        min_forward, min_backward: least jump to tell of [ns]; 0 for none.
        before, after: called around the jump; `after` with the change and its size [ns].
    """

    on_clock_change: bool
    min_forward: int
    min_backward: int
    before: Callable[[], None] | None
    after: Callable[[ClockChange, int], None] | None

    def hears(self, change: ClockChange, delta: int) -> bool:
        """Whether to tell of a jump."""
        return bool(
            (change in _CHANGES and self.on_clock_change)
            or (self.min_backward < 0 and delta <= self.min_backward)
            or (self.min_forward > 0 and delta >= self.min_forward)
        )


class ClockHandle(Destroyable):
    """A clock; one of ROS time follows /clock while its override is active."""

    def __init__(self, clock_type: ClockType) -> None:
        super().__init__()
        self.clock_type = clock_type
        self.active = False
        self._override = 0
        self._listeners: list[JumpListener] = []
        self._lock = threading.RLock()
        # Wait lists with timers of this clock; a jump must end their wait.
        self._waiting: weakref.WeakSet[Any] = weakref.WeakSet()

    def now(self) -> int:
        """Return the time [ns]."""
        if self.clock_type is ClockType.STEADY_TIME:
            return time.monotonic_ns()
        if self.clock_type is ClockType.ROS_TIME and self.active:
            return self._override
        return time.time_ns()

    def wake_on_jump(self, sleeper: Any) -> None:
        """Call `sleeper.wake()` whenever simulated time moves, or a timer is due sooner."""
        self._waiting.add(sleeper)

    def wake_waiting(self) -> None:
        """Have all who wait for timers of this clock look when they are due."""
        for sleeper in list(self._waiting):
            sleeper.wake()

    def add_listener(self, listener: JumpListener) -> None:
        """Tell someone of jumps from now on."""
        with self._lock:
            self._listeners.append(listener)

    def remove_listener(self, listener: JumpListener) -> None:
        """End what `add_listener` began."""
        with self._lock:
            self._listeners = [each for each in self._listeners if each is not listener]

    def set_active(self, active: bool) -> None:
        """Follow the override, or the system's clock again."""
        with self._lock:
            if active == self.active:
                return
            change = _CHANGES[0] if active else _CHANGES[1]

            def switch() -> None:
                self.active = active

            self._jump(change, 0, switch)

    def set_override(self, value: int) -> None:
        """Set the time that counts while the override is active [ns]."""
        with self._lock:

            def move() -> None:
                self._override = value

            if self.active:
                self._jump(ClockChange.ROS_TIME_NO_CHANGE, value - self._override, move)
            else:
                move()

    def _jump(self, change: ClockChange, delta: int, move: Callable[[], None]) -> None:
        listeners = [each for each in self._listeners if each.hears(change, delta)]
        for listener in listeners:
            if listener.before is not None:
                listener.before()
        move()
        for listener in listeners:
            if listener.after is not None:
                listener.after(change, delta)
        self.wake_waiting()
