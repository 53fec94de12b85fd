"""Transformer policies as ROS 2 nodes, between real sensors and a safety controller.

Where no ROS 2 is installed, importing this package makes ``rclpy``, ``launch`` and the message
packages come from ``ros2_embedded``. With a ROS 2 present that library is never touched.
"""

from importlib.util import find_spec

if find_spec('rclpy') is None:
    import ros2_embedded

    ros2_embedded.install()
