"""A child process whose output and end are reported to callbacks in the event loop."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import subprocess
from collections.abc import Callable, Sequence

from . import orphan_guard

# Time for output that is still in the pipes when a process has ended. A child of its own that
# lives on may hold them open for ever [s].
DRAIN_TIMEOUT = 0.2


class ChildProcess(asyncio.SubprocessProtocol):
    """Protocol of one child: passes output on and tells when all is over."""

    def __init__(
        self,
        on_start: Callable[[ChildProcess], None],
        on_output: Callable[[int, bytes], None],
    ) -> None:
        """Create the protocol of a child.

        Args:
            on_start: called with the child before any output of it.
            on_output: called with 1 (standard output) or 2 (standard error) and bytes.
        """
        self._on_start = on_start
        self._on_output = on_output
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.SubprocessTransport | None = None
        self._open_terminals = 0
        self._connected = False
        self.exited: asyncio.Future[int] = self._loop.create_future()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._transport.get_pid()

    @property
    def returncode(self) -> int | None:
        """Exit code, minus the signal's number if a signal ended it; None while it runs."""
        return self._transport.get_returncode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Report the start."""
        self._transport = transport
        self._connected = True
        orphan_guard.watch(self.pid)
        self._on_start(self)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Report output."""
        self._on_output(fd, data)

    def process_exited(self) -> None:
        """Report the end when all output has come, or will not come any more."""
        orphan_guard.release(self.pid)
        self._loop.call_later(DRAIN_TIMEOUT, self._finish)

    def connection_lost(self, exc: Exception | None) -> None:
        """Report the end: the process has ended and its pipes are closed."""
        self._connected = False
        self._finish_if_drained()

    def terminal_opened(self) -> None:
        """Count a terminal that is read beside the pipes."""
        self._open_terminals += 1

    def terminal_closed(self) -> None:
        """Count a terminal that is no longer read."""
        self._open_terminals -= 1
        self._finish_if_drained()

    def _finish_if_drained(self) -> None:
        if not self._connected and self._open_terminals == 0:
            self._finish()

    def _finish(self) -> None:
        if not self.exited.done():
            self.exited.set_result(self.returncode)

    def write(self, data: bytes) -> None:
        """Write to the standard input of the process."""
        self._transport.get_pipe_transport(0).write(data)

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal.

        Raises:
            ProcessLookupError: the process has ended.
        """
        self._transport.send_signal(number)

    def close(self) -> None:
        """Close the pipes; a process that still runs is killed."""
        self._transport.close()


class _TerminalReader(asyncio.Protocol):
    def __init__(self, child: ChildProcess, fd: int) -> None:
        self._child = child
        self._fd = fd
        child.terminal_opened()

    def data_received(self, data: bytes) -> None:
        # A terminal ends lines with both characters.
        self._child.pipe_data_received(self._fd, data.replace(b'\r\n', b'\n'))

    def connection_lost(self, exc: Exception | None) -> None:
        # A terminal whose last user has gone ends with an error; that is its normal end.
        self._child.terminal_closed()


async def start_child(
    cmd: Sequence[str],
    *,
    cwd: str | None,
    env: dict[str, str] | None,
    emulate_tty: bool,
    on_start: Callable[[ChildProcess], None],
    on_output: Callable[[int, bytes], None],
) -> None:
    """Start a process.

    Args:
        cmd: program and arguments.
        cwd: working directory; None: that of this process.
        env: environment; None: that of this process.
        emulate_tty: the process finds terminals instead of pipes.
        on_start: called with the child before any output of it.
        on_output: called with 1 (standard output) or 2 (standard error) and bytes.

    Raises:
        OSError: the program cannot be started.
    """
    loop = asyncio.get_running_loop()
    if not emulate_tty:
        await loop.subprocess_exec(
            lambda: ChildProcess(on_start, on_output), *cmd, cwd=cwd, env=env
        )
        return
    masters: list[int] = []
    slaves: list[int] = []
    try:
        for _ in range(2):
            master, slave = pty.openpty()
            masters.append(master)
            slaves.append(slave)
        _, child = await loop.subprocess_exec(
            lambda: ChildProcess(on_start, on_output),
            *cmd,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=slaves[0],
            stderr=slaves[1],
        )
    except BaseException:
        for descriptor in masters:
            os.close(descriptor)
        raise
    finally:
        for descriptor in slaves:
            os.close(descriptor)
    for fd, master in enumerate(masters, start=1):
        await loop.connect_read_pipe(
            lambda fd=fd: _TerminalReader(child, fd), os.fdopen(master, 'rb', buffering=0)
        )
