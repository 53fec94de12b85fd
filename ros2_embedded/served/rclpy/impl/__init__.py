"""What stands behind the classes of rclpy: handles, names, arguments, logging, signals."""
