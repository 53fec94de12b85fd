"""Structured to plain arrays and back, under the names that sensor_msgs_py gives them."""

from numpy.lib.recfunctions import structured_to_unstructured, unstructured_to_structured

__all__ = ['structured_to_unstructured', 'unstructured_to_structured']
