"""Clocks: system, steady and ROS time, which a simulator may set."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict

from rclpy._rclpy_pybind11 import ClockChange, ClockType
from rclpy.duration import Duration
from rclpy.exceptions import NotInitializedException
from rclpy.impl.clock_handle import ClockHandle, JumpListener
from rclpy.time import Time

if TYPE_CHECKING:
    from rclpy.context import Context

__all__ = [
    'Clock',
    'ClockChange',
    'ClockType',
    'JumpHandle',
    'JumpHandlePreCallbackType',
    'JumpThreshold',
    'ROSClock',
    'TimeJump',
    'TimeJumpDictionary',
]


class JumpThreshold:
    """Which jumps of a clock to tell of."""

    def __init__(
        self,
        *,
        min_forward: Duration | None,
        min_backward: Duration | None,
        on_clock_change: bool = True,
    ) -> None:
        """Take the thresholds.

        Args:
            min_forward: least jump forward, None for none.
            min_backward: least jump backward, negative, None for none.
            on_clock_change: tell of changes between system time and simulated time.

        Raises:
            ValueError: a threshold has the wrong sign or is zero, or there is none.
        """
        if min_forward is not None and min_forward.nanoseconds <= 0:
            raise ValueError('min_forward must be a positive non-zero duration')
        if min_backward is not None and min_backward.nanoseconds >= 0:
            raise ValueError('min_backward must be a negative non-zero duration')
        if min_forward is None and min_backward is None and not on_clock_change:
            raise ValueError('At least one jump threshold must be enabled')
        self.min_forward = min_forward
        self.min_backward = min_backward
        self.on_clock_change = on_clock_change


class TimeJump:
    """A jump: what changed, and by how much."""

    def __init__(self, clock_change: ClockChange, delta: Duration) -> None:
        if not isinstance(clock_change, ClockChange):
            raise TypeError('clock_change must be an instance of rclpy.clock.ClockChange')
        self._clock_change = clock_change
        self._delta = delta

    @property
    def clock_change(self) -> ClockChange:
        """What happened to the clock's source."""
        return self._clock_change

    @property
    def delta(self) -> Duration:
        """By how much time moved."""
        return self._delta


class TimeJumpDictionary(TypedDict):
    """A jump as the clock tells it: what changed, and how far time jumped [ns]."""

    clock_change: ClockChange
    delta: int


JumpHandlePreCallbackType = Callable[[], None]


class JumpHandle:
    """A registered pair of callbacks; `unregister` it, or use it in a with statement."""

    def __init__(
        self,
        *,
        clock: Clock,
        threshold: JumpThreshold,
        pre_callback: Callable[[], None] | None,
        post_callback: Callable[[TimeJump], None] | None,
    ) -> None:
        """Register callbacks with a clock.

        Raises:
            ValueError: none is given, or one is not callable.
        """
        if pre_callback is None and post_callback is None:
            raise ValueError('One of pre_callback or post_callback must be callable')
        for name, callback in (
            ('pre_callback', pre_callback),
            ('post_callback', post_callback),
        ):
            if callback is not None and not callable(callback):
                raise ValueError(f'{name} must be callable if given')
        self._clock: Clock | None = clock

        def after(change: ClockChange, delta: int) -> None:
            post_callback(TimeJump(change, Duration(nanoseconds=delta)))

        self._listener = JumpListener(
            threshold.on_clock_change,
            threshold.min_forward.nanoseconds if threshold.min_forward else 0,
            threshold.min_backward.nanoseconds if threshold.min_backward else 0,
            pre_callback,
            after if post_callback is not None else None,
        )
        clock.handle.add_listener(self._listener)

    def unregister(self) -> None:
        """End the calls."""
        if self._clock is not None:
            self._clock.handle.remove_listener(self._listener)
            self._clock = None

    def __enter__(self) -> JumpHandle:
        return self

    def __exit__(self, *_: object) -> None:
        self.unregister()


class Clock:
    """A clock of one kind."""

    def __new__(cls, *, clock_type: ClockType = ClockType.SYSTEM_TIME) -> Clock:
        """Make a clock; one of ROS time is a ROSClock.

        Raises:
            TypeError: the clock type is none.
        """
        if not isinstance(clock_type, ClockType):
            raise TypeError('Clock type must be a ClockType enum')
        made = super().__new__(ROSClock if clock_type is ClockType.ROS_TIME else cls)
        made._handle = ClockHandle(clock_type)
        return made

    @property
    def clock_type(self) -> ClockType:
        """The kind of clock."""
        return self._handle.clock_type

    @property
    def handle(self) -> ClockHandle:
        """What it measures with."""
        return self._handle

    def __repr__(self) -> str:
        return f'Clock(clock_type={self.clock_type.name})'

    def now(self) -> Time:
        """Return the time."""
        return Time(nanoseconds=self._handle.now(), clock_type=self._handle.clock_type)

    def create_jump_callback(
        self,
        threshold: JumpThreshold,
        *,
        pre_callback: Callable[[], None] | None = None,
        post_callback: Callable[[TimeJump], None] | None = None,
    ) -> JumpHandle:
        """Call functions before and after jumps of the clock.

        Raises:
            ValueError: none is given, or one is not callable.
        """
        return JumpHandle(
            clock=self,
            threshold=threshold,
            pre_callback=pre_callback,
            post_callback=post_callback,
        )

    def sleep_until(self, until: Time, context: Context | None = None) -> bool:
        """Sleep until this clock shows a time.

        Returns:
            False where the context was shut down or the clock's source changed meanwhile.

        Raises:
            NotInitializedException: the context is not initialised.
            ValueError: the time is one of another kind of clock.
        """
        from rclpy.utilities import get_default_context

        context = get_default_context() if context is None else context
        if not context.ok():
            raise NotInitializedException
        if until.clock_type != self.clock_type:
            raise ValueError("until's clock type does not match this clock's type")
        event = threading.Event()
        changed = False

        def on_jump(jump: TimeJump) -> None:
            nonlocal changed
            changed = changed or jump.clock_change in (
                ClockChange.ROS_TIME_ACTIVATED,
                ClockChange.ROS_TIME_DEACTIVATED,
            )
            if changed or self.now() >= until:
                event.set()

        context.on_shutdown(event.set)
        threshold = JumpThreshold(
            min_forward=Duration(nanoseconds=1), min_backward=None, on_clock_change=True
        )
        with self.create_jump_callback(threshold, post_callback=on_jump):
            while not event.is_set() and (left := until.nanoseconds - self._handle.now()) > 0:
                event.wait(None if self._handle.active else left / 1e9)
        if not context.ok() or changed:
            return False
        return self.now() >= until

    def sleep_for(self, rel_time: Duration, context: Context | None = None) -> bool:
        """Sleep for a while of this clock; see `sleep_until`."""
        return self.sleep_until(self.now() + rel_time, context)


class ROSClock(Clock):
    """A clock that shows system time, or the time of /clock while that is active."""

    def __new__(cls) -> ROSClock:
        """Make a clock of ROS time."""
        return super().__new__(cls, clock_type=ClockType.ROS_TIME)

    @property
    def ros_time_is_active(self) -> bool:
        """Whether it shows the time of /clock."""
        return self._handle.active

    def _set_ros_time_is_active(self, enabled: bool) -> None:
        self._handle.set_active(enabled)

    def set_ros_time_override(self, time: Time) -> None:
        """Set the time that it shows while ROS time is active.

        Raises:
            TypeError: the time is no Time.
        """
        if not isinstance(time, Time):
            raise TypeError(
                f'Time must be specified as rclpy.time.Time. Received type: {type(time)}'
            )
        self._handle.set_override(time.nanoseconds)
