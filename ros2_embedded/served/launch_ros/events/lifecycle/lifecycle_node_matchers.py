"""Matcher of lifecycle nodes by their name, at its older place."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..matchers import matches_node_name as _matches_node_name

if TYPE_CHECKING:
    from ...actions import LifecycleNode


def matches_node_name(node_name: str) -> Callable[[LifecycleNode], bool]:
    """Return a matcher of nodes with this full name; use `launch_ros.events.matchers`."""
    warnings.warn(
        "'matches_node_name' has been moved to 'launch_ros.events.matchers' and will be removed "
        "from 'launch_ros.events.lifecycle' in the future",
        stacklevel=2,
    )
    return _matches_node_name(node_name)
