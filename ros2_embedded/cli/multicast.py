"""`ros multicast`: tries whether packets for many reach this machine."""

from __future__ import annotations

import select
import socket
from typing import Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command

GROUP = '225.0.0.1'
PORT = 49150
_LOOK_PERIOD = 0.5  # how often Ctrl-C is noticed [s]
_ANY = '0.0.0.0'  # noqa: S104  (a packet of a group may come by any interface)

Group = Annotated[str, typer.Option(help='Address of the group.')]
Port = Annotated[int, typer.Option(min=1, max=65535, help='Port.')]


@command
def multicast_receive(group: Group = GROUP, port: Port = PORT) -> None:
    """Wait for one packet, such as `ros multicast send` on another machine sends.

    Example: `ros multicast receive`
    """
    try:
        listening = join(group, port)
    except OSError as error:
        raise CommandError(
            f'cannot listen to {group}:{port}: {error.strerror or error}'
        ) from error
    with listening:
        print('Waiting for UDP multicast datagram...')
        while not select.select([listening], [], [], _LOOK_PERIOD)[0]:
            pass
        data, (host, sender_port) = listening.recvfrom(4096)
    print(f"Received from {host}:{sender_port}: '{data.decode('utf-8', 'replace')}'")


@command
def multicast_send(
    group: Group = GROUP,
    port: Port = PORT,
    ttl: Annotated[
        int | None, typer.Option(min=1, max=255, help='Routers that it may pass, and one.')
    ] = None,
) -> None:
    """Send one packet to a group.

    Example: `ros multicast send`
    """
    print('Sending one UDP multicast datagram...')
    try:
        send(b'Hello World!', group, port, ttl)
    except OSError as error:
        raise CommandError(f'cannot send to {group}:{port}: {error.strerror or error}') from error


def join(group: str, port: int) -> socket.socket:
    """Return a socket that receives what is sent to a group; port 0 takes a free one.

    Raises:
        OSError: that is no group, or the machine has no interface for it.
    """
    # Before anything else: what is no address is not to be looked up as a name.
    member = socket.inet_aton(group) + socket.inet_aton(_ANY)
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((group, port))
        listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    except OSError:
        listening.close()
        raise
    return listening


def send(data: bytes, group: str, port: int, ttl: int | None = None) -> None:
    """Send a packet to a group.

    Raises:
        OSError: the machine has no interface for it.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        if ttl is not None:
            sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
        sending.sendto(data, (group, port))


def comes_back(seconds: float = 1.0) -> bool:
    """Send a packet to a group and tell whether this machine hears it.

    Args:
        seconds: time to wait for it [s].
    """
    try:
        with join(GROUP, 0) as listening:
            listening.settimeout(seconds)
            send(b'ros2_embedded', *listening.getsockname())
            return listening.recv(64) == b'ros2_embedded'
    except OSError:
        return False
