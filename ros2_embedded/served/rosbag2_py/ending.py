"""How a recorder or player ends: by a call, or by SIGINT or SIGTERM, and always in order."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import rclpy
from rclpy.context import Context
from rclpy.impl.logging_severity import LoggingSeverity
from rclpy.signals import SignalHandlerOptions

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def ended_by_signals(end: Callable[[], None]) -> Iterator[threading.Event]:
    """Call a function when a signal comes; the handlers that stood before come afterwards.

    In other threads than the main one nothing is installed.

    Yields:
        What is set once a signal has come.
    """
    ended = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield ended
        return
    came: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        came.append(number)
        ended.set()
        end()

    previous = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield ended
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if came and callable(handler := previous[came[0]]):
        handler(came[0], None)


def check_log_level(name: str) -> None:
    """Refuse a level that does not exist.

    Raises:
        RuntimeError: there is none of that name.
    """
    known = [each.name.lower() for each in LoggingSeverity if each]
    if name.lower() not in known:
        raise RuntimeError(f'no log level {name!r} is known; known are {", ".join(known)}')


@contextlib.contextmanager
def own_context(log_level: str) -> Iterator[Context]:
    """Yield a context that is shut down at the end."""
    context = Context()
    rclpy.init(
        args=['--ros-args', '--log-level', log_level],
        context=context,
        signal_handler_options=SignalHandlerOptions.NO,
    )
    try:
        yield context
    finally:
        context.try_shutdown()
