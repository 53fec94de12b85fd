"""A network that can be made bad: between a robot and a server, in threads of the test."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress


class Proxy:
    """Passes bytes on.

    Attributes:
        address: to connect to instead of the server's.
        dropping: bytes are swallowed, and nobody is told.
        delay: before what the server sends arrives [s].
    """

    def __init__(self, address: str) -> None:
        host, port = address.removeprefix('ws://').rsplit(':', 1)
        self._target = (host, int(port))
        self._listening = socket.create_server(('127.0.0.1', 0))
        self.address = f'ws://127.0.0.1:{self._listening.getsockname()[1]}'
        self.dropping, self.delay = False, 0.0
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break all connections; new ones are let through."""
        ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                try:
                    far = socket.create_connection(self._target)
                except OSError:
                    near.close()
                    continue
                self._ends += [near, far]
                for ends in ((near, far, False), (far, near, True)):
                    threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, slow: bool) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if slow and self.delay:
                    time.sleep(self.delay)
                if not self.dropping:
                    sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
