"""Guard that ends launched processes when the launch process dies without ending them.

ROS 2's launch leaves its processes running when it is killed, and a robot's nodes would drive
on unattended. Here a small process of its own waits at the end of a pipe: when the launch
process is gone, however it went, the pipe closes, and the guard ends what is still running,
first by SIGINT, then by SIGTERM, then by SIGKILL. It runs this file as a script.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import subprocess
import sys
import time

# Signals to the processes that are left, and the time that each of them has to end [s].
STEPS = ((signal.SIGINT, 3.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 1.0))

_guard: subprocess.Popen[bytes] | None = None


def watch(pid: int) -> None:
    """Have a process ended should this process die."""
    global _guard
    if _guard is None or _guard.poll() is not None:
        _guard = subprocess.Popen(  # noqa: S603 (this very file)
            [sys.executable, '-I', '-S', __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A session of its own: neither Ctrl-C nor a kill of the group reaches the guard.
            start_new_session=True,
        )
        atexit.register(_leave, _guard)
    _tell(f'+{pid}\n')


def _leave(guard: subprocess.Popen[bytes]) -> None:
    # Without processes to end it is gone at once; with such it goes on after this process.
    with contextlib.suppress(BrokenPipeError):
        guard.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        guard.wait(0.5)


def release(pid: int) -> None:
    """Forget a process that has ended."""
    _tell(f'-{pid}\n')


def _tell(line: str) -> None:
    if _guard is not None:
        # A guard that was killed is replaced at the next start of a process.
        with contextlib.suppress(BrokenPipeError):
            _guard.stdin.write(line.encode())
            _guard.stdin.flush()


class _Watched:
    """A process that must not be mistaken for another of the same number."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.descriptor = os.pidfd_open(pid) if hasattr(os, 'pidfd_open') else None

    def is_running(self) -> bool:
        if self.descriptor is not None:
            return not select.select([self.descriptor], [], [], 0.0)[0]
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self.descriptor is not None:
                signal.pidfd_send_signal(self.descriptor, number)
            else:
                os.kill(self.pid, number)

    def forget(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)


def _read_until_launch_is_gone() -> list[_Watched]:
    watched: dict[int, _Watched] = {}
    for line in sys.stdin.buffer:
        pid = int(line[1:])
        if line.startswith(b'+'):
            with contextlib.suppress(ProcessLookupError):
                watched[pid] = _Watched(pid)
        elif pid in watched:
            watched.pop(pid).forget()
    return list(watched.values())


def _end(watched: list[_Watched]) -> None:
    for number, seconds in STEPS:
        watched = [process for process in watched if process.is_running()]
        for process in watched:
            process.send(number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(process.is_running() for process in watched):
            time.sleep(0.02)


if __name__ == '__main__':
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    _end(_read_until_launch_is_gone())
