"""The module that stands for rclpy's C++ extension, by the name that older code knows it by."""

import rclpy._rclpy_pybind11 as rclpy_implementation

__all__ = ['rclpy_implementation']
