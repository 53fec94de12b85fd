"""How processes find each other: domain, range, interfaces."""

from __future__ import annotations

import os
from collections.abc import Iterator
from xml.etree import ElementTree

from policy_nodes.commands.doctor.finding import Finding, failed, ok, warning

MAX_DOMAIN = 232
# Ports of higher domains lie among those that Linux gives to outgoing connections.
SAFE_DOMAINS = 101
RANGES = ('LOCALHOST', 'SUBNET', 'OFF', 'SYSTEM_DEFAULT')


def discovery_range() -> str:
    """Return the range that the environment asks for; LOCALHOST where it says nothing."""
    if os.environ.get('ROS_LOCALHOST_ONLY') == '1':
        return 'LOCALHOST'
    return os.environ.get('ROS_AUTOMATIC_DISCOVERY_RANGE') or 'LOCALHOST'


def check_discovery() -> Iterator[Finding]:
    """Look at the settings of the environment, and at the network where they reach it."""
    yield _check_domain()
    uri = os.environ.get('CYCLONEDDS_URI')
    if uri:
        yield _check_uri(uri)
    else:
        yield from _check_range(discovery_range())
    peers = os.environ.get('ROS_STATIC_PEERS')
    if peers:
        yield ok('ROS_STATIC_PEERS', peers)
    yield from _check_loopback()


def _check_domain() -> Finding:
    name = 'ROS_DOMAIN_ID'
    text = os.environ.get(name, '')
    if not text:
        return ok(name, 'not set, so it is 0')
    if not text.strip().isdecimal() or int(text) > MAX_DOMAIN:
        return failed(
            name, f'{text!r} is no domain', f'set it to a number from 0 to {SAFE_DOMAINS}'
        )
    if int(text) > SAFE_DOMAINS:
        return warning(
            name,
            f'{text}: its ports may be taken by outgoing connections of Linux',
            f'set it to a number from 0 to {SAFE_DOMAINS}',
        )
    return ok(name, text)


def _check_uri(uri: str) -> Finding:
    name = 'CYCLONEDDS_URI'
    path = uri.removeprefix('file://')
    if uri.lstrip().startswith('<'):
        try:
            # Text of the user's own environment, looked at and thrown away.
            ElementTree.fromstring(f'<all>{uri}</all>')  # noqa: S314
        except ElementTree.ParseError as error:
            return failed(name, f'it is no XML: {error}', 'correct it, or unset it')
    elif not all(os.path.isfile(each.removeprefix('file://')) for each in path.split(',')):
        return failed(name, f'there is no file {path}', 'correct it, or unset it')
    return ok(name, f'replaces all network settings: {uri}')


def _check_range(reach: str) -> Iterator[Finding]:
    name = 'discovery range'
    if reach not in RANGES:
        yield failed(
            name,
            f'ROS_AUTOMATIC_DISCOVERY_RANGE is {reach!r}',
            f'set it to one of {", ".join(RANGES)}',
        )
    elif reach == 'LOCALHOST':
        yield ok(name, 'LOCALHOST: this machine only; SUBNET to join a robot')
    elif reach == 'OFF':
        yield failed(
            name,
            'OFF: no process finds another',
            'unset ROS_AUTOMATIC_DISCOVERY_RANGE',
        )
    else:
        interfaces = _multicast_interfaces()
        listed = ', '.join(f'{each} {address}' for each, address in interfaces.items())
        if interfaces:
            yield ok(name, f'{reach}, by multicast on {listed}')
        else:
            yield warning(
                name,
                f'{reach}, but no interface that is up can multicast',
                'connect the network, or name the robot in ROS_STATIC_PEERS',
            )


def _multicast_interfaces() -> dict[str, str]:
    """Return interfaces that are up and can multicast, loopback left out, with an address."""
    import socket

    import psutil

    found = {}
    for name, status in psutil.net_if_stats().items():
        flags = getattr(status, 'flags', '')
        if not status.isup or 'multicast' not in flags or 'loopback' in flags:
            continue
        for address in psutil.net_if_addrs().get(name, ()):
            if address.family == socket.AF_INET:
                found[name] = address.address
    return found


def _check_loopback() -> Iterator[Finding]:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        try:
            end.bind(('127.0.0.1', 0))
        except OSError as error:
            yield failed(
                'loopback', f'127.0.0.1 cannot be used: {error}', 'sudo ip link set lo up'
            )
