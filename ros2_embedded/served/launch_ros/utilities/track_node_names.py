"""Counting of nodes by their full name within a launch."""

from __future__ import annotations

from collections import Counter

from launch.launch_context import LaunchContext


def _counter(context: LaunchContext) -> Counter[str]:
    counter = context.get_locals_as_dict().get('unique_ros_node_names')
    if counter is None:
        counter = Counter()
        context.extend_globals({'unique_ros_node_names': counter})
    return counter


def add_node_name(context: LaunchContext, node_name: str) -> None:
    """Count one more node of this name."""
    _counter(context)[node_name] += 1


def get_node_name_count(context: LaunchContext, node_name: str) -> int:
    """Return how many nodes of this name were launched."""
    return _counter(context)[node_name]
