"""Launching of ROS nodes, as ROS 2's package `launch_ros` does it."""

from . import actions, descriptions, event_handlers, events, ros_adapters, substitutions

__all__ = [
    'actions',
    'descriptions',
    'event_handlers',
    'events',
    'ros_adapters',
    'substitutions',
]
