"""Kinds of clocks."""

from rclpy._rclpy_pybind11 import ClockType

__all__ = ['ClockType']
