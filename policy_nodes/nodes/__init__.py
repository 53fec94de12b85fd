"""Thin ROS nodes: messages to arrays and back, one executable a file."""
