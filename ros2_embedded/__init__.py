"""rclpy, launch and tf2 over Cyclone DDS, for machines without ROS 2.

After `ros2_embedded.install()`, `import rclpy` and `from std_msgs.msg import String` work.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from ros2_embedded.finder import ServedFinder, foreign_rclpy, installed, real_rclpy

__version__ = '0.1.0'
__all__ = ['Installation', 'install']


@dataclass(frozen=True)
class Installation:
    """What `install` did.

    Attributes:
        active: whether ros2_embedded serves rclpy in this process.
        reason: one sentence.
    """

    active: bool
    reason: str

    def __bool__(self) -> bool:
        return self.active


def install() -> Installation:
    """Serve rclpy, launch, tf2 and message packages in this process where ROS 2 is absent.

    With a real rclpy on the path it changes nothing, unless that one was built for another
    Python and could not be imported. Calling it again changes nothing.
    """
    origin = real_rclpy()
    if origin is not None:
        return Installation(False, f'The real rclpy is used, from {origin}.')
    if not installed():
        sys.meta_path.insert(0, ServedFinder())
    foreign = foreign_rclpy()
    passed_over = f'; {foreign} was built for another Python' if foreign is not None else ''
    return Installation(True, f'ros2_embedded serves rclpy in this process{passed_over}.')
