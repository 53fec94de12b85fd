"""Transformer policies as ROS 2 nodes, between real sensors and a safety controller.

Where no ROS 2 is installed, importing this package makes ``rclpy``, ``launch`` and the message
packages come from ``ros2_embedded``. It steps aside for an rclpy that this Python can import; a
ROS 2 workspace does without it.
"""

from importlib.util import find_spec

if find_spec('ros2_embedded') is not None:
    import ros2_embedded

    ros2_embedded.install()
