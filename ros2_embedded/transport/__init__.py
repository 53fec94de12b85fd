"""ROS 2's wire protocol over Cyclone DDS: what rmw_cyclonedds_cpp is to the real rclpy."""
