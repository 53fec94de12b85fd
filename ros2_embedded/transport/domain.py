"""Cyclone's configuration, and the domain of a process.

Without settings in the environment a process talks to others on the same machine only:
loopback, no multicast, at most 32 participants per domain. ROS_AUTOMATIC_DISCOVERY_RANGE and
ROS_STATIC_PEERS mean what they mean to the real one; CYCLONEDDS_URI replaces all of it.
"""

from __future__ import annotations

import os
import threading
from html import escape

from ros2_embedded.transport.library import DdsError, dds
from ros2_embedded.transport.loopback import close_to_network

RANGES = ('LOCALHOST', 'SUBNET', 'OFF', 'SYSTEM_DEFAULT')
MAX_DOMAIN_ID = 232

# Large fragments and buffers: 4 cameras of 640x480 RGB-D at 15 Hz lose nothing through loopback,
# where the defaults lose 1 % and spend twice the time.
_BUFFERS = (
    '<Internal><SocketReceiveBufferSize min="default" max="10MB"/>'
    '<Watermarks><WhcHigh>8MB</WhcHigh></Watermarks>'
    '<WriterLingerDuration>100ms</WriterLingerDuration></Internal>'
)
# Not for a network, where a lost packet of 1500 bytes would cost the whole fragment.
_LOOPBACK = '<MaxMessageSize>65500B</MaxMessageSize><FragmentSize>32000B</FragmentSize>'

_lock = threading.Lock()
_open: dict[int, tuple[int, int]] = {}


def configuration() -> str:
    """Return the configuration that the environment asks for, in Cyclone's form.

    Raises:
        ValueError: ROS_AUTOMATIC_DISCOVERY_RANGE is none of RANGES.
    """
    uri = os.environ.get('CYCLONEDDS_URI')
    if uri:
        return f'<CycloneDDS><Domain>{_BUFFERS}</Domain></CycloneDDS>,{uri}'
    reach = _reach()
    peers = [each for each in os.environ.get('ROS_STATIC_PEERS', '').split(';') if each]
    general, discovery = '', ''
    if reach == 'LOCALHOST':
        general = (
            '<Interfaces><NetworkInterface address="127.0.0.1"/></Interfaces>'
            f'<AllowMulticast>false</AllowMulticast>{_LOOPBACK}'
        )
        peers = ['127.0.0.1', *peers]
    elif reach == 'OFF':
        general = '<AllowMulticast>false</AllowMulticast>'
        discovery = (
            f'<ParticipantIndex>none</ParticipantIndex><Tag>ros_discovery_off_{os.getpid()}</Tag>'
        )
    elif reach not in RANGES:
        raise ValueError(
            f'ROS_AUTOMATIC_DISCOVERY_RANGE is {reach!r}; known are {", ".join(RANGES)}.'
        )
    if reach in ('LOCALHOST', 'SUBNET'):
        discovery = (
            '<ParticipantIndex>auto</ParticipantIndex>'
            '<MaxAutoParticipantIndex>32</MaxAutoParticipantIndex>'
        )
        if peers:
            listed = ''.join(f'<Peer address="{escape(each)}"/>' for each in peers)
            discovery += f'<Peers>{listed}</Peers>'
    return (
        f'<CycloneDDS><Domain><General>{general}</General><Discovery>{discovery}</Discovery>'
        f'{_BUFFERS}</Domain></CycloneDDS>'
    )


def _reach() -> str:
    """Return how far the environment asks to be seen; '' where CYCLONEDDS_URI says it."""
    if os.environ.get('CYCLONEDDS_URI'):
        return ''
    if os.environ.get('ROS_LOCALHOST_ONLY') == '1':
        return 'LOCALHOST'
    return os.environ.get('ROS_AUTOMATIC_DISCOVERY_RANGE') or 'LOCALHOST'


def domain_id_of_environment() -> int:
    """Return ROS_DOMAIN_ID, 0 where it is not set.

    Raises:
        ValueError: it is no number from 0 to MAX_DOMAIN_ID.
    """
    text = os.environ.get('ROS_DOMAIN_ID') or '0'
    if not text.strip().isdecimal() or int(text) > MAX_DOMAIN_ID:
        raise ValueError(f'ROS_DOMAIN_ID is {text!r}; it must be from 0 to {MAX_DOMAIN_ID}.')
    return int(text)


def open_domain(domain: int) -> None:
    """Start a domain of this process, or count one more user of it.

    Raises:
        DdsError: Cyclone refuses, mostly because 32 processes are in the domain already.
    """
    with _lock:
        handle, users = _open.get(domain, (0, 0))
        if not users:
            config = configuration().encode()
            handle = dds().dds_create_domain(domain, config)
            if handle < 0:
                raise DdsError(
                    f'Joining DDS domain {domain} failed; see what Cyclone DDS wrote above. '
                    'On one machine a domain has room for 32 processes: end some, or set '
                    'another ROS_DOMAIN_ID.'
                )
            if _reach() == 'LOCALHOST':
                close_to_network(domain)
        _open[domain] = (handle, users + 1)


def close_domain(domain: int) -> None:
    """Count one user less; the last one stops the domain's threads."""
    with _lock:
        handle, users = _open[domain]
        if users == 1:
            del _open[domain]
            dds().dds_delete(handle)
        else:
            _open[domain] = (handle, users - 1)
