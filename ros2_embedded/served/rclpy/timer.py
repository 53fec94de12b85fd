"""Timers, and rates that wait for them."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rclpy._rclpy_pybind11 import ClockType
from rclpy.exceptions import InvalidHandle, ROSInterruptException
from rclpy.impl.timer_handle import TimerHandle
from rclpy.time import Time
from rclpy.utilities import get_default_context

if TYPE_CHECKING:
    from rclpy.callback_groups import CallbackGroup
    from rclpy.clock import Clock
    from rclpy.context import Context


class TimerInfo:
    """When a timer's callback was due and when it is called."""

    def __init__(
        self,
        *,
        expected_call_time: int = 0,
        actual_call_time: int = 0,
        clock_type: ClockType = ClockType.SYSTEM_TIME,
    ) -> None:
        """Take both times [ns]."""
        self._expected_call_time = Time(nanoseconds=expected_call_time, clock_type=clock_type)
        self._actual_call_time = Time(nanoseconds=actual_call_time, clock_type=clock_type)

    @property
    def expected_call_time(self) -> Time:
        """When the call was due."""
        return self._expected_call_time

    @property
    def actual_call_time(self) -> Time:
        """When it is made."""
        return self._actual_call_time


def info_argument(callback: Callable[..., Any]) -> str | None:
    """Return the parameter of a callback that is annotated as TimerInfo, None without one."""
    try:
        parameters = inspect.signature(callback).parameters.values()
    except (TypeError, ValueError):
        # A callable of C without a signature.
        return None
    for parameter in parameters:
        if parameter.annotation in (TimerInfo, 'TimerInfo'):
            return parameter.name
    return None


class Timer:
    """Calls a function every period, as long as its node's executor spins.

    Make one with `Node.create_timer`.
    """

    def __init__(
        self,
        callback: Callable[..., Any] | None,
        callback_group: CallbackGroup | None,
        timer_period_ns: int,
        clock: Clock,
        *,
        context: Context | None = None,
        autostart: bool = True,
    ) -> None:
        self._context = get_default_context() if context is None else context
        if self._context.handle is None:
            raise RuntimeError('Context must be initialized before create a _rclpy.Timer.')
        self._clock = clock
        self._handle = TimerHandle(clock.handle, int(timer_period_ns), autostart)
        self.callback = callback
        self.callback_group = callback_group
        self._executor_event = False

    @property
    def callback(self) -> Callable[..., Any] | None:
        """The function; it may have a parameter that is annotated as TimerInfo."""
        return self._callback

    @callback.setter
    def callback(self, value: Callable[..., Any] | None) -> None:
        self._callback = value
        self.info_argument = info_argument(value) if value is not None else None

    @property
    def handle(self) -> TimerHandle:
        """What counts the periods."""
        return self._handle

    def destroy(self) -> None:
        """Destroy the timer; use `Node.destroy_timer` instead."""
        self._handle.destroy_when_not_in_use()

    @property
    def clock(self) -> Clock:
        """The clock that it counts on."""
        return self._clock

    @property
    def timer_period_ns(self) -> int:
        """The period [ns]."""
        with self._handle:
            return self._handle.period

    @timer_period_ns.setter
    def timer_period_ns(self, value: int) -> None:
        with self._handle:
            self._handle.period = int(value)

    def is_ready(self) -> bool:
        """Whether it is due."""
        with self._handle:
            return self._handle.is_ready()

    def is_canceled(self) -> bool:
        """Whether it was cancelled."""
        with self._handle:
            return self._handle.canceled

    def cancel(self) -> None:
        """Stop calling."""
        with self._handle:
            self._handle.cancel()

    def reset(self) -> None:
        """Call again, the first time one period from now."""
        with self._handle:
            self._handle.reset()

    def time_since_last_call(self) -> int:
        """Return the time since the last call [ns]."""
        with self._handle:
            return self._handle.since_last()

    def time_until_next_call(self) -> int | None:
        """Return the time until the next call [ns], None when cancelled."""
        with self._handle:
            return self._handle.until_next()

    def __enter__(self) -> Timer:
        return self

    def __exit__(self, *_: object) -> None:
        self.destroy()


class Rate:
    """Sleeps until the next period; another thread must spin the node meanwhile.

    Make one with `Node.create_rate`.
    """

    def __init__(self, timer: Timer, *, context: Context) -> None:
        self._timer = timer
        self._is_shutdown = False
        self._is_destroyed = False
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._num_sleepers = 0
        self._timer.callback = self._event.set
        context.on_shutdown(self._on_shutdown)

    def _on_shutdown(self) -> None:
        self._is_shutdown = True
        self.destroy()

    def destroy(self) -> None:
        """End all sleeps; use `Node.destroy_rate` instead."""
        self._is_destroyed = True
        self._event.set()

    def _presleep(self) -> None:
        if self._is_shutdown:
            raise ROSInterruptException
        if self._is_destroyed:
            raise RuntimeError('Rate cannot sleep because it has been destroyed')
        if self._timer.handle is None:
            self.destroy()
            raise InvalidHandle('Rate cannot sleep because the timer has been destroyed')
        with self._lock:
            self._num_sleepers += 1

    def _postsleep(self) -> None:
        with self._lock:
            self._num_sleepers -= 1
            if self._num_sleepers == 0:
                self._event.clear()
        if self._is_shutdown:
            self.destroy()
            raise ROSInterruptException

    def sleep(self) -> None:
        """Sleep until the next period.

        Raises:
            ROSInterruptException: the context was shut down.
            RuntimeError: the rate was destroyed.
        """
        self._presleep()
        try:
            self._event.wait()
        finally:
            self._postsleep()
