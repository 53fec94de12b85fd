"""Opens the viewer's window, listening on this machine only.

Rerun's own way to open one listens on all interfaces, and whoever reaches it sees what the robot
sees.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

from policy_nodes.evaluation.run_files import RunError

HOST, PORT = '127.0.0.1', 9876
ADDRESS = f'rerun+http://{HOST}:{PORT}/proxy'
SCHEMES = ('rerun', 'rerun+http', 'rerun+https')
START_SECONDS = 30.0
SETTLE_SECONDS = 1.0  # one without a working display listens for a moment before it gives up


def answers(address: str) -> bool:
    """Say whether somebody listens there.

    Args:
        address: such as rerun+http://127.0.0.1:9876/proxy.

    Raises:
        RunError: it is no such address.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        parts, host, port = urlsplit(''), None, PORT
    if parts.scheme not in SCHEMES or not host:
        raise RunError(f'{address!r} is no address of a Rerun viewer; one looks like {ADDRESS}')
    try:
        socket.create_connection((host, port), timeout=3.0).close()
    except OSError:
        return False
    return True


class ViewerProcess:
    """A window that outlives this process; one that is open already is used again."""

    def __init__(self) -> None:
        """Open the window and wait until it listens.

        Raises:
            RunError: it does not open.
        """
        self._process: subprocess.Popen[bytes] | None = None
        if answers(ADDRESS):
            return
        self._process = subprocess.Popen(  # noqa: S603 (nothing of it comes from outside)
            [sys.executable, '-m', 'rerun_cli', '--bind', HOST, '--port', str(PORT)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        ends = time.monotonic() + START_SECONDS
        while not answers(ADDRESS):
            if self.gone or time.monotonic() > ends:
                raise RunError(_CLOSED)
            time.sleep(0.05)
        try:
            self._process.wait(SETTLE_SECONDS)
        except subprocess.TimeoutExpired:
            return
        raise RunError(_CLOSED)

    @property
    def gone(self) -> bool:
        """Whether the window that was opened here has been closed."""
        return self._process is not None and self._process.poll() is not None


_CLOSED = (
    'the window of the Rerun viewer does not open, for the reason above; write a file instead '
    'with --save FILE.rrd'
)
