"""Actions about ROS nodes."""

from __future__ import annotations

from typing import Any

from .lifecycle_node import LifecycleNode
from .lifecycle_transition import LifecycleTransition
from .node import Node
from .push_ros_namespace import PushROSNamespace, PushRosNamespace
from .ros_timer import ROSTimer, RosTimer
from .set_parameter import SetParameter
from .set_parameters_from_file import SetParametersFromFile
from .set_remap import SetRemap
from .set_ros_log_dir import SetROSLogDir
from .set_use_sim_time import SetUseSimTime

__all__ = [
    'LifecycleNode',
    'LifecycleTransition',
    'Node',
    'PushROSNamespace',
    'PushRosNamespace',
    'ROSTimer',
    'RosTimer',
    'SetParameter',
    'SetParametersFromFile',
    'SetROSLogDir',
    'SetRemap',
    'SetUseSimTime',
]


def __getattr__(name: str) -> Any:
    if name in ('ComposableNodeContainer', 'LoadComposableNodes'):
        raise ImportError(
            f'launch_ros.actions.{name} is not served by ros2_embedded: components are shared '
            'libraries in C++; launch the node as a process of its own with Node'
        )
    raise AttributeError(f"module 'launch_ros.actions' has no attribute '{name}'")
