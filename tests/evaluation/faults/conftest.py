"""A node of the test, for relays; the helpers of tests/nodes are imported by name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import policy_nodes  # noqa: F401 (serves rclpy and messages where ROS 2 is absent)

sys.path.insert(0, str(Path(__file__).parents[2] / 'nodes'))

from station import Station


@pytest.fixture
def station(domain_id) -> Iterator[Station]:
    """A node with a context of its own."""
    found = Station()
    yield found
    found.close()
