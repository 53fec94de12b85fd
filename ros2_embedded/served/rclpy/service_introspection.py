"""How much of a service's traffic is published."""

from rclpy._rclpy_pybind11 import ServiceIntrospectionState

__all__ = ['ServiceIntrospectionState']
