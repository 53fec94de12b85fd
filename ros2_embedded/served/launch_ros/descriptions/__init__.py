"""Descriptions that actions about nodes are made of."""

from __future__ import annotations

from typing import Any

from ..parameter_descriptions import Parameter, ParameterFile, ParameterValue

__all__ = ['Parameter', 'ParameterFile', 'ParameterValue']


def __getattr__(name: str) -> Any:
    if name == 'ComposableNode':
        raise ImportError(
            'launch_ros.descriptions.ComposableNode is not served by ros2_embedded: components '
            'are shared libraries in C++; launch the node as a process of its own with Node'
        )
    raise AttributeError(f"module 'launch_ros.descriptions' has no attribute '{name}'")
