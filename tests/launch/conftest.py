"""Launches of the whole graph for the tests of this folder; nothing of them outlives a test.

The helpers of tests/nodes are imported by name, and so are those of this folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import policy_nodes  # noqa: F401 (serves rclpy and messages where ROS 2 is absent)

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / 'nodes'))
sys.path.append(str(Path(__file__).parents[1] / 'policies'))

from graph import Graph
from station import Station


@pytest.fixture(scope='module')
def launch(tmp_path_factory, module_domain_id) -> Iterator:
    """Starts a graph with launch arguments; ends it at the end of the module."""
    started: list[Graph] = []

    def start(robot: str = 'turtlebot', **arguments: object) -> Graph:
        folder = tmp_path_factory.mktemp('run')
        started.append(Graph(folder, arguments, robot))
        return started[-1]

    yield start
    for graph in started:
        graph.end()


@pytest.fixture(scope='module')
def station(module_domain_id) -> Iterator[Station]:
    """Nodes of the test process."""
    found = Station()
    yield found
    found.close()
