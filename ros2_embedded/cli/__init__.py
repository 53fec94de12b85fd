"""Commands on a running ROS graph, as the `ros2` command has them."""

from ros2_embedded.cli.app import app

__all__ = ['app']
