"""The network interfaces of this machine."""

from __future__ import annotations

import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

_GET_ADDRESS = 0x8915  # SIOCGIFADDR of Linux
_FLAGS = {1 << 0: 'UP', 1 << 3: 'LOOPBACK', 1 << 6: 'RUNNING', 1 << 12: 'MULTICAST'}


@dataclass(frozen=True)
class Interface:
    """A network interface.

    Attributes:
        name: such as `eth0`.
        address: its IPv4 address, empty where it has none.
        flags: of UP, LOOPBACK, RUNNING and MULTICAST.
        mtu: largest packet [byte], 0 where it is not known.
    """

    name: str
    address: str
    flags: frozenset[str]
    mtu: int

    @property
    def is_up(self) -> bool:
        """Whether it is up and has an address."""
        return 'UP' in self.flags and bool(self.address)


def interfaces() -> list[Interface]:
    """Return the interfaces of this machine; flags and addresses are known on Linux only."""
    found = []
    for _, name in socket.if_nameindex():
        bits = int(_system_file(name, 'flags') or '0', 16)
        flags = frozenset(word for bit, word in _FLAGS.items() if bits & bit)
        found.append(Interface(name, _address(name), flags, int(_system_file(name, 'mtu') or 0)))
    return found


def _system_file(interface: str, name: str) -> str:
    try:
        return Path('/sys/class/net', interface, name).read_text(encoding='ascii').strip()
    except OSError:
        return ''


def _address(interface: str) -> str:
    if not sys.platform.startswith('linux'):
        return ''
    import fcntl

    request = struct.pack('256s', interface.encode()[:15])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            answer = fcntl.ioctl(asking.fileno(), _GET_ADDRESS, request)
        except OSError:
            return ''
    return socket.inet_ntoa(answer[20:24])
