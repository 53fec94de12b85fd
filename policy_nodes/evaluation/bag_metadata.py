"""The texts that rosbag2 looks for in an MCAP file, so that ``ros2 bag`` can read and play ours.

Source: rosbag2_storage_mcap and rosbag2_storage (metadata of version 8, which every distribution
from Iron on reads; Humble reads the QoS alone). QoS policies are the numbers of rmw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import yaml

RECORD = 'rosbag2'
FIELD = 'serialized_metadata'
QOS_KEY = 'offered_qos_profiles'
HASH_KEY = 'topic_type_hash'
VERSION = 8
_NEVER = 2**63 - 1
_INFINITE = {'sec': 9223372036, 'nsec': 854775807}
_HISTORIES = {'system_default': 0, 'keep_last': 1, 'keep_all': 2, 'unknown': 3}
_RELIABILITIES = {'system_default': 0, 'reliable': 1, 'best_effort': 2, 'unknown': 3}
_DURABILITIES = {'system_default': 0, 'transient_local': 1, 'volatile': 2, 'unknown': 3}
_LIVELINESS_AUTOMATIC = 1


@dataclass(frozen=True)
class BagTopic:
    """One topic of a bag.

    Attributes:
        name: of the topic.
        type_name: full name of its message.
        qos: its offered QoS as `offered_qos` writes it.
        type_hash: of its message, empty where unknown.
        count: messages recorded.
    """

    name: str
    type_name: str
    qos: str
    type_hash: str
    count: int


@cache
def offered_qos(
    *,
    reliability: str = 'reliable',
    durability: str = 'volatile',
    history: str = 'keep_last',
    depth: int = 10,
) -> str:
    """Write the QoS that a publisher offers as ``ros2 bag play`` reads it.

    Deadline, lifespan and liveliness are left at their defaults.

    Args:
        reliability: reliable, best_effort, system_default or unknown.
        durability: volatile, transient_local, system_default or unknown.
        history: keep_last, keep_all, system_default or unknown.
        depth: messages kept with keep_last.

    Raises:
        ValueError: a policy that does not exist; the known ones are listed.
    """
    profile = {
        'history': _number('history', history, _HISTORIES),
        'depth': depth,
        'reliability': _number('reliability', reliability, _RELIABILITIES),
        'durability': _number('durability', durability, _DURABILITIES),
        'deadline': dict(_INFINITE),
        'lifespan': dict(_INFINITE),
        'liveliness': _LIVELINESS_AUTOMATIC,
        'liveliness_lease_duration': dict(_INFINITE),
        'avoid_ros_namespace_conventions': False,
    }
    return yaml.safe_dump([profile], sort_keys=False)


def _number(policy: str, name: str, known: dict[str, int]) -> int:
    if name not in known:
        raise ValueError(f'there is no {policy} {name!r}; known: {", ".join(known)}')
    return known[name]


def bag_metadata(
    file_name: str,
    topics: Iterable[BagTopic],
    *,
    start_ns: int | None = None,
    end_ns: int | None = None,
    distribution: str = '',
) -> dict[str, str]:
    """Write the metadata record that rosbag2 keeps in the file.

    Args:
        file_name: name of the file, without folders.
        topics: of the bag.
        start_ns: log time of the first message; None while there is none.
        end_ns: log time of the last message.
        distribution: ROS distribution that recorded it, empty where there is none.
    """
    listed = list(topics)
    start = {'nanoseconds_since_epoch': _NEVER if start_ns is None else start_ns}
    duration = {'nanoseconds': (end_ns or 0) - start_ns if start_ns is not None else 0}
    count = sum(topic.count for topic in listed)
    values = {
        'version': VERSION,
        'storage_identifier': 'mcap',
        'duration': duration,
        'starting_time': start,
        'message_count': count,
        'topics_with_message_count': [
            {
                'topic_metadata': {
                    'name': topic.name,
                    'type': topic.type_name,
                    'serialization_format': 'cdr',
                    'offered_qos_profiles': topic.qos,
                    'type_description_hash': topic.type_hash,
                },
                'message_count': topic.count,
            }
            for topic in listed
        ],
        'compression_format': '',
        'compression_mode': '',
        'relative_file_paths': [file_name],
        'files': [
            {
                'path': file_name,
                'starting_time': dict(start),
                'duration': dict(duration),
                'message_count': count,
            }
        ],
        'custom_data': {},
        'ros_distro': distribution,
    }
    return {FIELD: yaml.safe_dump(values, sort_keys=False)}
