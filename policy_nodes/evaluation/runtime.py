"""Which ROS 2 serves this process."""

import os
from pathlib import Path

import rclpy


def is_embedded() -> bool:
    """Tell whether rclpy comes from ros2_embedded."""
    return 'ros2_embedded' in Path(str(rclpy.__file__)).parts


def runtime_name() -> str:
    """Name what serves rclpy, for the records of a run."""
    if is_embedded():
        return 'ros2_embedded'
    return f'ROS 2 {os.environ.get("ROS_DISTRO", "of an unknown distro")}'
