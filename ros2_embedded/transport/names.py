"""ROS names to DDS topic names and back (design.ros2.org: topic and service name mapping)."""

from __future__ import annotations

TOPIC, REQUEST, REPLY = 'rt', 'rq', 'rr'


def topic_name(name: str, plain: bool = False) -> str:
    """Return the DDS topic of a ROS topic; `plain` avoids the ROS namespace convention."""
    return name if plain else f'{TOPIC}{name}'


def request_topic(service: str) -> str:
    """Return the DDS topic of a service's requests."""
    return f'{REQUEST}{service}Request'


def reply_topic(service: str) -> str:
    """Return the DDS topic of a service's replies."""
    return f'{REPLY}{service}Reply'


def ros_topic(dds_topic: str) -> str | None:
    """Return the ROS topic of a DDS topic, None where it is none."""
    return dds_topic[2:] if dds_topic.startswith(f'{TOPIC}/') else None


def ros_service(dds_topic: str) -> str | None:
    """Return the service that a DDS topic belongs to, None where it is none."""
    if dds_topic.startswith(f'{REQUEST}/') and dds_topic.endswith('Request'):
        return dds_topic[2:-7]
    if dds_topic.startswith(f'{REPLY}/') and dds_topic.endswith('Reply'):
        return dds_topic[2:-5]
    return None


def ros_type(dds_type: str) -> str | None:
    """Return `package/kind/Name` of a DDS type name, None for a type that is not of ROS."""
    parts = dds_type.split('::')
    if len(parts) != 4 or parts[2] != 'dds_' or not parts[3].endswith('_'):
        return None
    return f'{parts[0]}/{parts[1]}/{parts[3][:-1]}'


def ros_service_type(dds_type: str) -> str | None:
    """Return `package/srv/Name` of the DDS type name of a request or response."""
    name = ros_type(dds_type)
    for suffix in ('_Request', '_Response'):
        if name is not None and name.endswith(suffix):
            return name[: -len(suffix)]
    return None
