"""Serves rclpy and messages to the tests of ros2_embedded, unless a real ROS 2 is there."""

from __future__ import annotations

import json

import pytest

import ros2_embedded

ros2_embedded.install()


@pytest.fixture
def capture(shared_data):
    """Reads a JSON file captured from a real ROS 2."""
    return lambda name: json.loads(shared_data('ros2_capture', name).read_text())
