"""All that may matter for finding out why nodes do not talk."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

import ros2_embedded
from ros2_embedded.cli.doctor_checks import OWN_RMW, discovery_range
from ros2_embedded.cli.graph_survey import Survey, endpoint_owner
from ros2_embedded.cli.network_interfaces import Interface
from ros2_embedded.finder import real_rclpy

# Title, the categories of checks that it is about, and its lines.
Section = tuple[str, tuple[str, ...], list[tuple[str, object]]]

PACKAGES = ('ros2-embedded', 'policy-stack', 'cyclonedds', 'rosbags', 'numpy', 'typer')
VARIABLES = (
    'ROS_DOMAIN_ID',
    'ROS_AUTOMATIC_DISCOVERY_RANGE',
    'ROS_STATIC_PEERS',
    'ROS_LOCALHOST_ONLY',
    'ROS_DISTRO',
    'RMW_IMPLEMENTATION',
    'CYCLONEDDS_URI',
    'AMENT_PREFIX_PATH',
    'ROS2_EMBEDDED_INTERFACES',
    'ROS2_EMBEDDED_DISTRO',
)
_BUFFERS = ('rmem_default', 'rmem_max', 'wmem_max')


def sections(found: Sequence[Interface], graph: Survey | None) -> Iterator[Section]:
    """Yield the sections of a report; without a graph those about it are left out."""
    yield 'NETWORK CONFIGURATION', ('network',), _network(found)
    yield 'PACKAGE VERSIONS', ('package',), _packages()
    yield (
        'PLATFORM INFORMATION',
        ('platform',),
        [
            ('system', platform.system()),
            ('platform info', platform.platform()),
            ('release', platform.release()),
            ('processor', platform.machine()),
            ('python', platform.python_version()),
        ],
    )
    yield 'ROS 2 INFORMATION', ('environment',), _settings()
    if graph is None:
        return
    yield (
        'NODE LIST',
        ('node',),
        [
            ('processes', graph.participants),
            *(('node', name) for name in graph.nodes or ['none']),
        ],
    )
    yield 'TOPIC LIST', ('topic', 'type'), _topics(graph)
    yield 'QOS COMPATIBILITY LIST', ('middleware',), _compatibility(graph)


def _network(found: Sequence[Interface]) -> list[tuple[str, object]]:
    lines: list[tuple[str, object]] = []
    for each in found:
        lines += [
            ('device', each.name),
            ('inet', each.address or 'none'),
            ('flags', ','.join(sorted(each.flags)) or 'none'),
            ('mtu', each.mtu),
        ]
    for name in _BUFFERS:
        try:
            lines.append((name, Path('/proc/sys/net/core', name).read_text().strip()))
        except OSError:
            continue  # not on this system
    return lines


def _packages() -> list[tuple[str, object]]:
    lines: list[tuple[str, object]] = []
    for name in PACKAGES:
        try:
            lines.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return lines


def _settings() -> list[tuple[str, object]]:
    origin = real_rclpy()
    lines: list[tuple[str, object]] = [
        ('rclpy', origin or f'served by ros2_embedded {ros2_embedded.__version__}'),
        ('discovery range', discovery_range() or 'as CYCLONEDDS_URI says'),
        (
            'middleware name',
            OWN_RMW if origin is None else os.environ.get('RMW_IMPLEMENTATION', 'default'),
        ),
    ]
    lines += [(name, os.environ[name]) for name in VARIABLES if name in os.environ]
    return lines


def _topics(graph: Survey) -> list[tuple[str, object]]:
    lines: list[tuple[str, object]] = []
    for topic in graph.topics:
        lines += [
            ('topic', f'{topic.name} [{", ".join(topic.types)}]'),
            ('publisher count', len(topic.publishers)),
            ('subscriber count', len(topic.subscriptions)),
        ]
    return lines or [('topic', 'none')]


def _compatibility(graph: Survey) -> list[tuple[str, object]]:
    from rclpy.qos import QoSCompatibility, qos_check_compatible

    lines: list[tuple[str, object]] = []
    for topic in graph.topics:
        for publisher, subscription in topic.pairs():
            result, reason = qos_check_compatible(publisher.qos_profile, subscription.qos_profile)
            lines += [
                ('topic [type]', f'{topic.name} [{publisher.topic_type}]'),
                ('publisher node', endpoint_owner(publisher)),
                ('subscriber node', endpoint_owner(subscription)),
                ('compatibility status', 'OK' if result == QoSCompatibility.OK else reason),
            ]
    return lines or [('compatibility status', 'No publisher/subscriber pairs found')]
