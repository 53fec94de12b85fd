"""rclpy, launch and tf2 over Cyclone DDS, for machines without ROS 2."""
