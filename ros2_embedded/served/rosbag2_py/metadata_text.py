"""What `ros2 bag info` prints of a bag."""

from __future__ import annotations

import time
from collections.abc import Iterable

from rosbag2_py.bag_metadata import BagMetadata
from rosbag2_py.topic_selection import SERVICE_EVENT_ENDING, is_service_event_topic

_NANO = 10**9
_KIB = 1024


def metadata_text(metadata: BagMetadata) -> str:
    """Return the lines on a bag: files, size, span, topics and services."""
    start = metadata.starting_time.nanoseconds
    topics, services, events = [], [], 0
    for each in metadata.topics_with_message_count:
        about, count = each.topic_metadata, each.message_count
        tail = f'Serialization Format: {about.serialization_format}'
        if is_service_event_topic(about.name, about.type):
            events += count
            name = about.name.removesuffix(SERVICE_EVENT_ENDING)
            kind = about.type.removesuffix('_Event')
            services.append(f'Service: {name} | Type: {kind} | Event Count: {count} | {tail}')
        else:
            topics.append(f'Topic: {about.name} | Type: {about.type} | Count: {count} | {tail}')
    return ''.join(
        (
            '\n',
            _entry('Files:', metadata.relative_file_paths),
            _entry('Bag size:', [_size(metadata.bag_size)]),
            _entry('Storage id:', [metadata.storage_identifier]),
            _entry('ROS Distro:', [metadata.ros_distro or 'unknown']),
            _entry('Duration:', [f'{_seconds(metadata.duration.nanoseconds)}s']),
            _entry('Start:', [_date(start)]),
            _entry('End:', [_date(start + metadata.duration.nanoseconds)]),
            _entry('Messages:', [str(metadata.message_count - events)]),
            _entry('Topic information:', topics),
            _entry('Service:', [str(len(services))]),
            _entry('Service information:', services, 21) if services else 'Service information: ',
        )
    )


def _entry(title: str, lines: Iterable[str], width: int = 19) -> str:
    return f'{title:<{width}}' + f'\n{"":{width}}'.join(lines) + '\n'


def _seconds(nanoseconds: int) -> str:
    return f'{nanoseconds // _NANO}.{nanoseconds % _NANO:09}'


def _date(nanoseconds: int) -> str:
    try:
        local = time.localtime(nanoseconds // _NANO)
    except (OSError, OverflowError, ValueError):
        return f'({_seconds(nanoseconds)})'  # a bag without messages has no date
    day = f'{time.strftime("%b", local)} {local.tm_mday:2} {local.tm_year}'
    clock = time.strftime('%H:%M:%S', local)
    return f'{day} {clock}.{nanoseconds % _NANO:09} ({_seconds(nanoseconds)})'


def _size(size: float) -> str:
    for unit in ('B', 'KiB', 'MiB', 'GiB'):
        if size < _KIB:
            return f'{size:.0f} B' if unit == 'B' else f'{size:.1f} {unit}'
        size /= _KIB
    return f'{size:.1f} TiB'
