"""When a timer is due."""

from __future__ import annotations

import threading

from rclpy._rclpy_pybind11 import ClockChange, ClockType, RCLError, TimerCancelledError
from rclpy.impl.clock_handle import ClockHandle, JumpListener
from rclpy.impl.destroyable import Destroyable


class TimerHandle(Destroyable):
    """Counts the periods of a timer on a clock; missed periods are left out."""

    def __init__(self, clock: ClockHandle, period: int, autostart: bool = True) -> None:
        """Start counting.

        Args:
            clock: clock to count on.
            period: [ns], 0 is due always.
            autostart: False makes it cancelled until `reset`.

        Raises:
            RCLError: the period is negative.
        """
        super().__init__()
        if period < 0:
            raise RCLError('failed to create timer: timer period must be non-negative')
        self.clock = clock
        self.period = period
        self.canceled = not autostart
        self._lock = threading.Lock()
        self._last = clock.now()
        self._next = self._last + period
        self._credit = 0
        self._listener: JumpListener | None = None
        if clock.clock_type is ClockType.ROS_TIME:
            self._listener = JumpListener(True, 1, -1, self._before_jump, self._after_jump)
            clock.add_listener(self._listener)

    def _destroy(self) -> None:
        self.canceled = True
        if self._listener is not None:
            self.clock.remove_listener(self._listener)

    def _before_jump(self) -> None:
        now = self.clock.now()
        # Simulated time that has not begun is no time to count from.
        self._credit = self._next - now if now else 0

    def _after_jump(self, change: ClockChange, _: int) -> None:
        now = self.clock.now()
        with self._lock:
            if change is not ClockChange.ROS_TIME_NO_CHANGE:
                if now and self._credit:
                    self._last = now - self._credit
                    self._next = self._last + self.period
                    self._credit = 0
            elif self._next > now and now < self._last:
                self._last = now
                self._next = now + self.period

    def until_next(self) -> int | None:
        """Return the time until it is due [ns], negative when late; None when cancelled."""
        return None if self.canceled else self._next - self.clock.now()

    def since_last(self) -> int:
        """Return the time since it was last due [ns]."""
        return self.clock.now() - self._last

    def is_ready(self) -> bool:
        """Whether it is due."""
        return not self.canceled and self._next <= self.clock.now()

    def call(self) -> tuple[int, int]:
        """Begin the next period; return when the call was due and when it is made [ns].

        Raises:
            TimerCancelledError: the timer is cancelled.
        """
        with self._lock:
            if self.canceled:
                raise TimerCancelledError('timer is canceled')
            now = self.clock.now()
            expected = self._next
            self._last = now
            self._next += self.period
            if self._next <= now:
                if self.period == 0:
                    self._next = now
                else:
                    self._next += (1 + (now - self._next) // self.period) * self.period
            return expected, now

    def call_timer(self) -> None:
        """Begin the next period; see `call`."""
        self.call()

    def cancel(self) -> None:
        """Stop being due."""
        self.canceled = True

    def reset(self) -> None:
        """Begin anew: due one period from now."""
        with self._lock:
            self._last = self.clock.now()
            due = self._last + self.period
            sooner = self.canceled or due < self._next
            self._next = due
            self.canceled = False
        if sooner:
            self.clock.wake_waiting()
