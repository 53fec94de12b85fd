"""Commands on a running ROS graph, as the `ros2` command has them."""
