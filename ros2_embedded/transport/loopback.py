"""Closes the sockets of a domain to packets from the network."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from collections.abc import Iterator

# Ports of a domain, as the RTPS standard lays them out.
_FIRST_PORT = 7400
_PORTS_PER_DOMAIN = 250

_ANY_ADDRESS = '0.0.0.0'  # noqa: S104  (looked for, not bound to)
_LOOPBACK_DEVICE = b'lo\x00'


def close_to_network(domain: int) -> None:
    """Let the receiving sockets of a domain take only what comes over the loopback device.

    Cyclone DDS binds them to all addresses, whatever interfaces it is told to use, so that
    anybody on the network could send to them. Linux from 5.7 on lets every process do this; where
    it is refused, and on other systems, the sockets stay as Cyclone made them.
    """
    option = getattr(socket, 'SO_BINDTODEVICE', None)
    if option is None:
        return
    for each in receiving_sockets(domain):
        with each, contextlib.suppress(PermissionError):
            each.setsockopt(socket.SOL_SOCKET, option, _LOOPBACK_DEVICE)


def receiving_sockets(domain: int) -> Iterator[socket.socket]:
    """Yield a duplicate of each socket by which this process hears others of a domain.

    Closing the duplicate leaves the socket open.
    """
    first = _FIRST_PORT + _PORTS_PER_DOMAIN * domain
    for name in os.listdir('/dev/fd'):
        with contextlib.suppress(OSError):  # the descriptor of the listing is closed by now
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            found = socket.socket(fileno=os.dup(int(name)))
            if found.family == socket.AF_INET and found.type == socket.SOCK_DGRAM:
                address, port = found.getsockname()
                if address == _ANY_ADDRESS and first <= port < first + _PORTS_PER_DOMAIN:
                    yield found
                    continue
            found.close()
