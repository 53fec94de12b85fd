"""SIGINT and SIGTERM.

Python runs its signal handlers between two instructions of the main thread, but that thread may
sit in Cyclone DDS and wait. So a second thread learns of each signal from Python's wake-up file
descriptor and wakes all waiting executors; it sleeps otherwise.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from rclpy._rclpy_pybind11 import SignalHandlerOptions
from rclpy.impl.context_handle import shutdown_all, wake_all

_SIGNALS = {
    SignalHandlerOptions.SIGINT: signal.SIGINT,
    SignalHandlerOptions.SIGTERM: signal.SIGTERM,
}


class _State:
    """What is installed in this process."""

    options = SignalHandlerOptions.NO
    waker: _Waker | None = None
    # Whether the main thread waits in an executor, where shutdown alone ends the wait.
    main_thread_waits = 0


# Handlers that stood before ours, by signal.
_previous: dict[int, Any] = {}


class _Waker:
    """The thread that wakes executors at a signal."""

    def __init__(self) -> None:
        self._read, self._write = socket.socketpair()
        self._write.setblocking(False)
        self._previous = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._thread = threading.Thread(
            target=self._run, name='ros2_embedded signals', daemon=True
        )
        self._thread.start()

    def _run(self) -> None:
        while True:
            received = self._read.recv(64)
            if not received or 0 in received:
                return
            if self._previous >= 0:
                # Someone else, such as asyncio, wants to know as well.
                with contextlib.suppress(OSError):
                    os.write(self._previous, received)
            wake_all()

    def stop(self) -> None:
        """End the thread and give the file descriptor back."""
        if signal.set_wakeup_fd(-1) == self._write.fileno():
            signal.set_wakeup_fd(self._previous)
        with contextlib.suppress(OSError):
            self._write.send(b'\x00')
        self._thread.join()
        self._read.close()
        self._write.close()


def _handle(number: int, frame: FrameType | None) -> None:
    shutdown_all()
    previous = _previous.get(number)
    if previous is signal.default_int_handler and _State.main_thread_waits:
        # The wait ends with ExternalShutdownException.
        return
    if callable(previous):
        previous(number, frame)


def install(options: SignalHandlerOptions) -> None:
    """Install handlers that shut all contexts down; outside the main thread do nothing.

    Handlers of the user's own, which `SignalHandlerOptions.NO` leaves in place, run at once, too:
    executors are woken for every signal.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for option, number in _SIGNALS.items():
        if options & option and not _State.options & option:
            _previous[number] = signal.signal(number, _handle)
            _State.options |= option
    if _State.waker is None:
        _State.waker = _Waker()


def uninstall() -> None:
    """Put the handlers back that stood before."""
    if threading.current_thread() is not threading.main_thread():
        return
    for option, number in _SIGNALS.items():
        if _State.options & option and signal.getsignal(number) is _handle:
            signal.signal(number, _previous.pop(number) or signal.SIG_DFL)
    _State.options = SignalHandlerOptions.NO
    if _State.waker is not None:
        _State.waker.stop()
        _State.waker = None


def current_options() -> SignalHandlerOptions:
    """Return which handlers are installed."""
    return _State.options


def waiting(wait: Callable[[], Any]) -> Any:
    """Call a function that waits, and know of it where it is the main thread that waits."""
    if threading.current_thread() is not threading.main_thread():
        return wait()
    _State.main_thread_waits += 1
    try:
        return wait()
    finally:
        _State.main_thread_waits -= 1
